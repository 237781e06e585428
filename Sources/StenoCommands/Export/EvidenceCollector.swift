import Evidence
import QueryProtocol
import Signatures

/// Puts a recorder's evidence of a session together as it comes.
struct EvidenceCollector {
  private var head: LogHead?
  private var records: [EvidenceBundle.Record] = []

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
      note: note, keys: [head.key] + head.witnesses, records: records, transcript: transcript)
    bundle.timestamp = head.timestamp.flatMap { StrictBase64.decode($0) }
    return bundle
  }

  private mutating func take(_ item: EvidencePiece.Item) throws {
    let last = records.count - 1
    switch item {
    case .record(let index, let entry, let path):
      let hashes = try path.map { line in
        let bytes = try EvidenceCollector.bytes(line)
        guard bytes.count == 32 else { throw CommandFailure.unexpectedAnswer }
        return bytes.withUnsafeBytes { SHA256.Digest(copying: $0) }
      }
      records.append(.init(index: index, entry: try EvidenceCollector.bytes(entry), path: hashes))
    case .part(let salt, let bytes):
      guard last >= 0 else { throw CommandFailure.unexpectedAnswer }
      records[last].parts.append(
        .init(salt: try EvidenceCollector.bytes(salt), bytes: try EvidenceCollector.bytes(bytes)))
    case .more(let bytes):
      guard last >= 0, let part = records[last].parts.indices.last else { throw CommandFailure.unexpectedAnswer }
      records[last].parts[part].bytes += try EvidenceCollector.bytes(bytes)
    }
  }

  private static func bytes(_ text: String) throws -> [UInt8] {
    guard let bytes = StrictBase64.decode(text) else { throw CommandFailure.unexpectedAnswer }
    return bytes
  }
}
