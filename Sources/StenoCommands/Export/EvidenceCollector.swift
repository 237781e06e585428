import Evidence
import QueryProtocol
import Signatures

/// Puts a recorder's evidence of a session together as it comes.
struct EvidenceCollector {
  private var head: LogHead?
  private var records: [EvidenceBundle.Record] = []
  private var own: [EvidenceBundle.Record] = []
  /// The parts that come belong to the last of `own`.
  private var isOwn = false

  mutating func take(_ reply: QueryReply.Body) throws {
    switch reply {
    case .log(let head): self.head = head
    case .evidence(let piece): for item in piece.items { try take(item) }
    case .sessions, .session, .steps, .step, .wire, .hits, .count, .tail, .approvals, .decided, .ended, .signals,
      .audit, .seen, .facets, .retention, .holds, .notes, .noted, .importing, .imported, .recording,
      .failed:
      throw CommandFailure.unexpectedAnswer
    }
  }

  func bundle(transcript: [UInt8]) throws -> EvidenceBundle {
    guard let head, let note = try? SignedNote(parsing: Array(head.checkpoint.utf8)) else {
      throw CommandFailure.unexpectedAnswer
    }
    var bundle = EvidenceBundle(
      note: note, keys: [head.key] + head.witnesses, records: records, own: own, transcript: transcript)
    bundle.rotations = (head.rotations ?? []).map { Array($0.utf8) }
    bundle.timestamp = head.timestamp.flatMap { StrictBase64.decode($0) }
    return bundle
  }

  private mutating func take(_ item: EvidencePiece.Item) throws {
    switch item {
    case .record(let index, let entry, let path):
      isOwn = false
      records.append(try EvidenceCollector.record(index, entry, path))
    case .own(let index, let entry, let path):
      isOwn = true
      own.append(try EvidenceCollector.record(index, entry, path))
    case .part(let salt, let bytes):
      let part = EvidenceBundle.Part(
        salt: try EvidenceCollector.bytes(salt), bytes: try EvidenceCollector.bytes(bytes))
      try last { $0.parts.append(part) }
    case .more(let bytes):
      let more = try EvidenceCollector.bytes(bytes)
      try last { record in
        guard let part = record.parts.indices.last else { throw CommandFailure.unexpectedAnswer }
        record.parts[part].bytes += more
      }
    }
  }

  private mutating func last(_ body: (inout EvidenceBundle.Record) throws -> Void) throws {
    let count = isOwn ? own.count : records.count
    guard count > 0 else { throw CommandFailure.unexpectedAnswer }
    if isOwn { try body(&own[count - 1]) } else { try body(&records[count - 1]) }
  }

  private static func record(_ index: UInt64, _ entry: String, _ path: [String]) throws -> EvidenceBundle.Record {
    let hashes = try path.map { line in
      let bytes = try EvidenceCollector.bytes(line)
      guard bytes.count == 32 else { throw CommandFailure.unexpectedAnswer }
      return bytes.withUnsafeBytes { SHA256.Digest(copying: $0) }
    }
    return EvidenceBundle.Record(index: index, entry: try EvidenceCollector.bytes(entry), path: hashes)
  }

  private static func bytes(_ text: String) throws -> [UInt8] {
    guard let bytes = StrictBase64.decode(text) else { throw CommandFailure.unexpectedAnswer }
    return bytes
  }
}
