import Evidence
import Foundation
import SessionModel
import Signatures

/// A log in memory with sessions whose entries lie between one another, and bundles of them.
struct BundleFixture {
  static let origin = "log.example/steno"
  let key = Ed25519SigningKey.generate()
  private(set) var entries: [[UInt8]] = []
  private(set) var parts: [[EvidenceBundle.Part]] = []
  private var chains: [UInt64: (count: UInt64, head: LeafHash)] = [:]

  /// - Parameter steps: Notes of each of three sessions; the first of them is closed, and so is the second.
  init(steps: Int = 4) throws {
    for session: UInt64 in 1...3 { append(.sessionStart, session, [("meta", "{}")]) }
    for step in 0..<steps {
      for session: UInt64 in 1...3 {
        append(.request, session, [("meta", "{\"step\":\(step)}"), ("wire", "select \(session), \(step)")])
      }
    }
    for session: UInt64 in 1...2 { append(.sessionEnd, session, [("meta", "{}")]) }
    append(.note, 3, [])
  }

  var signer: NoteSigner {
    get throws { try NoteSigner(name: BundleFixture.origin, kind: .note, key: key) }
  }

  private mutating func append(_ kind: RecordKind, _ session: UInt64, _ bodies: [(String, String)]) {
    let chain = chains[session] ?? (0, .none)
    let parts = bodies.enumerated().map { number, body in
      EvidenceBundle.Part(
        salt: [UInt8](repeating: UInt8(truncatingIfNeeded: entries.count &* 7 &+ number), count: 32),
        bytes: Array(body.1.utf8))
    }
    let fields = EntryFields(
      kind: kind, session: SessionID(rawValue: session), sseq: chain.count, prev: chain.head, gateway: "gw/0",
      gseq: UInt64(entries.count) + 1, claimedAt: Timestamp(microseconds: 1_000_000),
      receivedAt: Timestamp(microseconds: 2_000_000),
      parts: zip(bodies, parts).compactMap { body, part in
        PartName(name: body.0).map {
          EntryFields.Part(
            name: $0, length: part.bytes.count, commitment: Commitment.hash(salt: part.salt, bytes: part.bytes))
        }
      })
    let entry = EntryWriter.bytes(of: fields)
    entries.append(entry)
    self.parts.append(parts)
    chains[session] = (chain.count + 1, Leaf.hash(entry))
  }

  private(set) var own: [Int] = []

  /// Adds what somebody noted of a session, as a recorder does.
  mutating func appendNote(_ session: UInt64, _ text: String) throws {
    let note = Annotation(session: SessionID(rawValue: session), step: 1, mark: nil, text: text)
    let meta = try JSONEncoder().encode(AccessMeta(by: "ada", action: "note", detail: text, note: note))
    appendOwn(.access, String(decoding: meta, as: UTF8.self), part: .meta)
  }

  /// Adds that somebody looked.
  mutating func appendLook() throws {
    let meta = try JSONEncoder().encode(AccessMeta(by: "ada", action: "search", detail: "x"))
    appendOwn(.access, String(decoding: meta, as: UTF8.self), part: .meta)
  }

  /// Adds a record of the log's own with this text.
  mutating func appendOwn(_ kind: RecordKind, _ text: String, part name: PartName = .text) {
    let part = EvidenceBundle.Part(salt: [UInt8](repeating: 9, count: 32), bytes: Array(text.utf8))
    let line = EntryFields.Part(
      name: name, length: part.bytes.count, commitment: Commitment.hash(salt: part.salt, bytes: part.bytes))
    own.append(entries.count)
    entries.append(
      EntryWriter.bytes(
        of: EntryFields(
          kind: kind, session: nil, sseq: UInt64(own.count - 1), prev: .none, gateway: "recorder",
          gseq: UInt64(own.count), claimedAt: Timestamp(microseconds: 1_000_000),
          receivedAt: Timestamp(microseconds: 2_000_000), parts: [line])))
    parts.append([part])
  }

  /// States how far each session has come, as a recorder does.
  mutating func appendHeads() {
    appendOwn(
      .heads,
      chains.sorted { $0.key < $1.key }.map {
        OpenSessions.line(SessionID(rawValue: $0.key), count: $0.value.count, head: $0.value.head)
      }.joined())
  }

  mutating func note(_ session: UInt64) { append(.note, session, [("meta", "{}")]) }

  /// Places of a session's records in the log.
  func places(of session: UInt64) throws -> [UInt64] {
    try entries.indices.filter { try EntryReader.parse(entries[$0]).session == SessionID(rawValue: session) }
      .map(UInt64.init)
  }

  /// A bundle of what a session has in the log.
  func bundle(of session: UInt64) throws -> EvidenceBundle {
    let list = LeafList(entries.map { SHA256.Digest(Leaf.hash($0)) })
    let size = UInt64(entries.count)
    let hasher = SHA256()
    let checkpoint = Checkpoint(
      origin: BundleFixture.origin, size: size, root: try list.root(size: size, with: hasher))
    let note = try SignedCheckpoint(checkpoint, by: signer).note
    var records: [EvidenceBundle.Record] = []
    for (index, entry) in entries.enumerated()
    where try EntryReader.parse(entry).session == SessionID(rawValue: session) {
      records.append(
        EvidenceBundle.Record(
          index: UInt64(index), entry: entry,
          path: try InclusionProof.path(index: UInt64(index), size: size, in: list, with: hasher),
          parts: parts[index]))
    }
    let stated = try own.map { index in
      EvidenceBundle.Record(
        index: UInt64(index), entry: entries[index],
        path: try InclusionProof.path(index: UInt64(index), size: size, in: list, with: hasher), parts: parts[index])
    }
    return EvidenceBundle(
      note: note, keys: [try signer.verifier.description], records: records, own: stated,
      transcript: Array("text\n".utf8))
  }
}

extension EvidenceBundle {
  func archive() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try write { bytes += $0 }
    return bytes
  }
}
