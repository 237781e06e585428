import Evidence
import Foundation
import Journal
import SessionModel
import Signatures

/// A store with a log: sessions of a few records each, in chains, several segments, signed as a recorder does.
final class LogFixture {
  static let origin = "test.example/steno"
  let path: String
  private let isOwner: Bool
  private var sessions: [UInt64: (count: UInt64, head: SHA256.Digest)] = [:]
  private var number: UInt64 = 0
  /// Which session a record belongs to, and when it was received, in microseconds.
  var sessionOf: (UInt64) -> UInt64 = { $0 % 4 + 1 }
  var timeOf: (UInt64) -> Int64 = { Int64($0) * 1000 }

  init() {
    path = NSTemporaryDirectory() + "steno-log-\(UInt64.random(in: .min ... .max))"
    isOwner = true
  }

  /// Goes on with a store that another fixture has made, as whoever takes it over does.
  init(at path: String) {
    self.path = path
    isOwner = false
  }

  deinit {
    guard isOwner else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch {}
  }

  /// Appends records of four sessions in turn, `batch` at a commit, and signs behind each.
  func write(_ count: Int, batch: Int = 10, segmentLength: Int = 64 << 20, signs: Bool = true) throws {
    let log = try LogWriter(store: path, log: OpenedLog.open(store: path, origin: Self.origin))
    var options = JournalOptions()
    options.segmentLength = segmentLength
    options.aheadLength = 4096
    let writer = try JournalWriter.open(directory: path, options: options).writer
    number = writer.nextIndex
    var left = count
    while left > 0 {
      if writer.needsSegment { writer.roll() }
      for _ in 0..<min(batch, left) { try append(to: writer) }
      left -= min(batch, left)
      try writer.commit()
      if signs { _ = try log.advance(to: writer.durable) }
    }
    if signs { try log.keep() }
    writer.close()
  }

  private func append(to writer: JournalWriter) throws {
    let session = sessionOf(number)
    let chain = sessions[session] ?? (0, .zero)
    let salt = (0..<32).map { UInt8(truncatingIfNeeded: Int(number) &* 31 &+ $0) }
    let body = Array("body of record \(number), long enough to be told from its neighbours".utf8)
    let made = try salt.withUnsafeBytes { salt in
      try body.withUnsafeBytes { body in
        try Array("gw/0".utf8).withUnsafeBufferPointer { name in
          guard let salt = salt.baseAddress else { throw JournalError(.failed, detail: "no salt") }
          return try [RecordPart(name: .wire, salt: salt, bytes: body)].withUnsafeBufferPointer {
            try writer.append(
              RecordHead(
                kind: chain.count == 0 ? .sessionStart : .note, session: SessionID(rawValue: session),
                sseq: chain.count, prev: chain.head, gateway: name, gseq: number + 1,
                claimedAt: Timestamp(microseconds: Int64(number)),
                receivedAt: Timestamp(microseconds: timeOf(number))),
              parts: $0)
          }
        }
      }
    }
    sessions[session] = (chain.count + 1, made.leaf)
    number += 1
  }

  func verify(
    _ key: VerifierKey? = nil, witnesses: [VerifierKey] = [], others: [[UInt8]] = []
  ) throws -> StoreVerifier.Report {
    try StoreVerifier(store: path, key: key, witnesses: witnesses, others: others).verify()
  }

  /// Files of the store with their contents.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    let all = FileManager.default.enumerator(atPath: path)
    while let name = all?.nextObject() as? String {
      var isFolder: ObjCBool = false
      let whole = path + "/" + name
      if FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder), !isFolder.boolValue {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: whole))
      }
    }
    return files
  }

  func put(_ data: Data, _ name: String) throws {
    try data.write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func put(all files: [String: Data]) throws {
    for (name, data) in files { try put(data, name) }
  }
}
