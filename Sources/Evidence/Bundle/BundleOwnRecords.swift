import Foundation
import SessionModel
import Signatures

/// A bundle's records of the log's own, each proven: tombstones, how far open sessions had come, and what people noted.
struct BundleOwnRecords {
  private var tombstones: [(index: UInt64, tombstone: Tombstone)] = []
  private var heads: [(index: UInt64, at: Timestamp, text: [UInt8])] = []
  /// Notes, with the authors and times that the log has of them.
  private(set) var notes: [SessionNote] = []
  /// The records of those notes.
  private(set) var noteRecords: [StoredRecord] = []
  private(set) var count = 0

  init(_ files: [String: ArraySlice<UInt8>], _ signed: SignedCheckpoint) throws(BundleCheck.Finding) {
    while let entry = files["log/" + EvidenceBundle.number(count)] {
      try take(Array(entry), "log/" + EvidenceBundle.number(count), files, signed)
      count += 1
    }
  }

  private mutating func take(
    _ entry: [UInt8], _ name: String, _ files: [String: ArraySlice<UInt8>], _ signed: SignedCheckpoint
  ) throws(BundleCheck.Finding) {
    func fault(_ fault: String, _ detail: String) -> BundleCheck.Finding {
      BundleCheck.Finding(record: nil, fault: fault, detail: "\(name): \(detail)")
    }
    let fields: EntryFields
    do { fields = try EntryReader.parse(entry) } catch { throw fault("edited", error.description) }
    guard let bytes = files[name + ".tlog-proof"] else { throw fault("removed", "its proof is not there") }
    let proof: LogProof
    do { proof = try LogProof(parsing: Array(bytes)) } catch { throw fault("edited", "its proof: \(error)") }
    guard proof.note == signed.note else { throw fault("forged", "its proof leads to another checkpoint") }
    guard
      InclusionProof.isValid(
        proof.path, leaf: SHA256.Digest(Leaf.hash(entry)), index: proof.index, size: signed.checkpoint.size,
        root: signed.checkpoint.root)
    else { throw fault("edited", "it is not in the log at index \(proof.index)") }
    let wanted = fields.kind == .access ? PartName.meta : .text
    guard fields.session == nil, let part = fields.parts.first(where: { $0.name == wanted }),
      let file = files[name + "." + wanted.name]
    else { throw fault("removed", "it is none of the log's own, or its \(wanted.name) is not there") }
    let text = Array(file.dropFirst(Commitment.saltLength))
    guard text.count == part.length,
      Commitment.hash(salt: Array(file.prefix(Commitment.saltLength)), bytes: text) == part.commitment
    else { throw fault("edited", "its \(wanted.name) is not what the entry commits to") }
    switch fields.kind {
    case .tombstone:
      guard let tombstone = Tombstone(text: text) else { throw fault("edited", "it is no tombstone") }
      tombstones.append((proof.index, tombstone))
    case .heads: heads.append((proof.index, fields.receivedAt, text))
    case .access:
      guard let access = try? JSONDecoder().decode(AccessMeta.self, from: Data(text)), let note = access.note else {
        throw fault("inserted", "it is a look, and no note")
      }
      guard notes.last.map({ $0.seq < proof.index }) ?? true else {
        throw fault("reordered", "it stands before the note before it")
      }
      noteRecords.append(
        StoredRecord(
          index: proof.index, fields: fields, entry: entry, leaf: Leaf.hash(entry),
          bodies: [.init(name: .meta, salt: Array(file.prefix(Commitment.saltLength)), bytes: text)]))
      notes.append(
        SessionNote(
          seq: proof.index, at: fields.receivedAt, by: access.by, session: note.session, step: note.step,
          mark: note.mark, text: note.text))
    case .sessionStart, .request, .requestMore, .response, .execution, .note, .sessionEnd, .decision, .recorder,
      .legalHold:
      throw fault("inserted", "it is of another kind")
    }
  }

  /// The policy whose tombstone names a record.
  func policy(of index: UInt64) -> String? {
    tombstones.first { $0.index > index && $0.tombstone.contains(index) }?.tombstone.policy
  }

  /// When the log stated that a session has come so far, behind its last record.
  func statedAt(_ session: SessionID, count: UInt64, head: LeafHash, after index: UInt64) -> Timestamp? {
    heads.first { stated in
      guard stated.index > index, let found = OpenSessions.find(session, in: stated.text) else { return false }
      return found.count == count && found.head == head
    }?.at
  }
}
