import Evidence
import Foundation
import Index
import Journal
import QueryProtocol
import SessionModel
import Signatures

extension QueryDesk {
  /// Records read for one piece.
  private static let evidenceRecords = 64

  /// The signed head that covers so many records.
  func logHead(covering size: UInt64) async throws -> (PublishedLog.Head, LogHead) {
    guard let log = gate.signedLog else { throw QueryDesk.unsigned }
    var found: PublishedLog.Head?
    // One with witnesses' signatures says more, where it reaches far enough.
    if let cosigned = log.cosigned, cosigned.signed.checkpoint.size >= size { found = cosigned }
    if found == nil { found = await log.head(covering: size) }
    guard let head = found, let key = head.signed.signatures.first(where: { $0.key.kind == .note })?.key else {
      throw QueryDesk.unsigned
    }
    return (
      head,
      LogHead(
        key: key.description, checkpoint: String(decoding: head.signed.bytes, as: UTF8.self),
        witnesses: head.signed.cosignatures.map(\.key.description))
    )
  }

  private static let unsigned = QueryFailure(
    code: .unavailable, message: "no checkpoint can be signed at the moment: see the recorder's log")

  /// Sends all records of a session, each with its proof.
  func sendEvidence(of session: SessionID, _ reply: Reply) async throws {
    let indices = try await records(of: session)
    guard let last = indices.last else {
      throw QueryFailure(code: .notFound, message: "no session \(session)")
    }
    let (head, shown) = try await logHead(covering: last + 1)
    try await reply(.log(shown), false)
    var start = 0
    while start < indices.count {
      let end = min(indices.count, start + QueryDesk.evidenceRecords)
      let pieces = try await evidence(Array(indices[start..<end]), head)
      for (number, piece) in pieces.enumerated() {
        try await reply(.evidence(piece), end == indices.count && number == pieces.count - 1)
      }
      start = end
    }
  }

  /// Indices of a session's records: as the index has them, and where that has a gap, by reading the journal.
  private func records(of session: SessionID) async throws -> [UInt64] {
    let changes = try await read { try $0.changes(after: nil, session: session, limit: Int(Int32.max)) }
    let indexed = changes.map(\.seq)
    return try await readJournal { gate in
      guard let first = indexed.first else { return [] }
      var expected: UInt64 = 0
      var isWhole = true
      for start in stride(from: 0, to: indexed.count, by: 256) where isWhole {
        for record in try gate.records(at: Array(indexed[start..<min(indexed.count, start + 256)])) {
          isWhole = isWhole && record.fields.session == session && record.fields.sseq == expected
          expected += 1
        }
      }
      return isWhole ? indexed : try QueryDesk.scan(gate, for: session, from: first)
    }
  }

  private static func scan(_ gate: any RecorderGate, for session: SessionID, from first: UInt64) throws -> [UInt64] {
    let source = gate.source(from: first)
    let limit = gate.durableIndex
    var found: [UInt64] = []
    while let record = try source.next(limit: limit) {
      guard record.fields.session == session else { continue }
      found.append(record.index)
      if record.fields.kind == .sessionEnd { break }
    }
    return found
  }

  private func evidence(_ indices: [UInt64], _ head: PublishedLog.Head) async throws -> [EvidencePiece] {
    do {
      return try await readJournal { gate in
        let hashes = head.hashes()
        let hasher = SHA256()
        let size = head.signed.checkpoint.size
        var pieces: [EvidencePiece] = []
        var piece = EvidencePiece()
        var room = EvidencePiece.limit
        for record in try gate.records(at: indices) {
          let path = try InclusionProof.path(index: record.index, size: size, in: hashes, with: hasher)
          piece.items.append(
            .record(
              index: record.index, entry: StrictBase64.encode(record.entry),
              path: path.map { StrictBase64.encode($0.bytes) }))
          for body in record.bodies {
            var rest = body.bytes[...]
            let part = rest.prefix(room)
            piece.items.append(.part(salt: StrictBase64.encode(body.salt), bytes: StrictBase64.encode(Array(part))))
            rest = rest.dropFirst(part.count)
            room -= part.count
            while !rest.isEmpty {
              pieces.append(piece)
              let more = rest.prefix(EvidencePiece.limit)
              piece = EvidencePiece(items: [.more(bytes: StrictBase64.encode(Array(more)))])
              rest = rest.dropFirst(more.count)
              room = EvidencePiece.limit - more.count
            }
          }
        }
        pieces.append(piece)
        return pieces
      }
    } catch let error as JournalError {
      throw QueryFailure(
        code: .unavailable, message: "record \(error.record ?? 0) cannot be read from the journal: run steno verify")
    }
  }
}
