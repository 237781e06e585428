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
    // And one that a timestamp authority has seen says when, too.
    var token: TimestampToken?
    if let stamped = log.stamped, stamped.signed.checkpoint.size >= size, var head = log.head,
      found == nil || !stamped.signed.cosignatures.isEmpty
    {
      head.signed = stamped.signed
      found = head
      token = stamped.token
    }
    if found == nil { found = await log.head(covering: size) }
    guard let head = found, let key = head.signed.signatures.first(where: { $0.key.kind == .note })?.key else {
      throw QueryDesk.unsigned
    }
    return (
      head,
      LogHead(
        key: key.description, checkpoint: String(decoding: head.signed.bytes, as: UTF8.self),
        witnesses: head.signed.cosignatures.map(\.key.description),
        timestamp: token.map { StrictBase64.encode($0.response) },
        rotations: log.keys.flatMap { keys in
          keys.rotations.isEmpty ? nil : keys.rotations.map { String(decoding: $0.bytes, as: UTF8.self) }
        })
    )
  }

  private static let unsigned = QueryFailure(
    code: .unavailable, message: "no checkpoint can be signed at the moment: see the recorder's log")

  /// Sends all records of a session, each with its proof.
  func sendEvidence(of session: SessionID, _ reply: Reply) async throws {
    let heads = try await headsOfOpen(session)
    let fetch = gate.fetcher()
    var indices = try await records(of: session, fetch)
    if let heads { indices.removeAll { $0 > heads } }
    guard let last = indices.last else {
      throw QueryFailure(code: .notFound, message: "no session \(session)")
    }
    let own =
      try await tombstones(of: indices, fetch) + (heads.map { [$0] } ?? [])
      + read { try $0.notes(of: session).map(\.seq) }
    let (head, shown) = try await logHead(covering: max(last, own.max() ?? 0) + 1)
    try await reply(.log(shown), false)
    for start in stride(from: 0, to: own.count, by: QueryDesk.evidenceRecords) {
      let batch = Array(own[start..<min(own.count, start + QueryDesk.evidenceRecords)])
      try await reply(.evidence(try await readEvidence { try QueryDesk.own(batch, head, fetch) }), false)
    }
    var rest = indices[...]
    while !rest.isEmpty {
      let batch = rest
      let (pieces, count) = try await readEvidence { try QueryDesk.evidence(batch, head, fetch) }
      rest = rest.dropFirst(count)
      for (number, piece) in pieces.enumerated() {
        try await reply(.evidence(piece), rest.isEmpty && number == pieces.count - 1)
      }
    }
  }

  /// For a session that is open, a record that states how far it has come, once the index has seen it.
  private func headsOfOpen(_ session: SessionID) async throws -> UInt64? {
    guard try await read({ try $0.session(session) })?.state == .live else { return nil }
    guard let index = try await gate.recordHeads() else { return nil }
    while case let position = progress.position, position <= index {
      try Task.checkCancellation()
      await progress.wait(whileAt: position)
    }
    return index
  }

  /// Tombstones that name any of these records.
  private func tombstones(of indices: [UInt64], _ fetch: @escaping Fetch) async throws -> [UInt64] {
    let known = try await read { try $0.tombstones() }
    guard !known.isEmpty else { return [] }
    return try await readEvidence {
      try known.filter { index in
        guard let text = try fetch(index)?.body(.text), let tombstone = Tombstone(text: text) else { return false }
        return indices.contains { tombstone.contains($0) }
      }
    }
  }

  private static func own(_ indices: [UInt64], _ head: PublishedLog.Head, _ fetch: Fetch) throws -> EvidencePiece {
    let hashes = head.hashes()
    let hasher = SHA256()
    var piece = EvidencePiece()
    for index in indices {
      guard let record = try fetch(index),
        let text = record.bodies.first(where: { $0.name == (record.fields.kind == .access ? .meta : .text) })
      else {
        throw JournalError(.missing, record: index, detail: "the record is not there")
      }
      let path = try InclusionProof.path(index: index, size: head.signed.checkpoint.size, in: hashes, with: hasher)
      piece.items.append(
        .own(
          index: index, entry: StrictBase64.encode(record.entry), path: path.map { StrictBase64.encode($0.bytes) }))
      piece.items.append(
        .part(salt: StrictBase64.encode(text.salt), bytes: StrictBase64.encode(text.bytes)))
    }
    return piece
  }

  /// Indices of a session's records: as the index has them, and where that has a gap, by reading the journal.
  private func records(of session: SessionID, _ fetch: @escaping Fetch) async throws -> [UInt64] {
    let changes = try await read { try $0.changes(after: nil, session: session, limit: Int(Int32.max)) }
    let indexed = changes.map(\.seq)
    guard let first = indexed.first else { return [] }
    let gate = gate
    return try await readEvidence {
      var expected: UInt64 = 0
      for index in indexed {
        guard let fields = try fetch(index)?.fields, fields.session == session, fields.sseq == expected else { break }
        expected += 1
      }
      if expected == UInt64(indexed.count) { return indexed }
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
  }

  private typealias Fetch = @Sendable (UInt64) throws -> StoredRecord?

  private func readEvidence<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    do {
      return try await readJournal { _ in try body() }
    } catch let error as JournalError {
      throw QueryFailure(
        code: .unavailable, message: "record \(error.record ?? 0) cannot be read from the journal: run steno verify")
    }
  }

  /// The first records of a list, as many as fill a piece: a large one fills several.
  /// - Returns: How many records they are.
  private static func evidence(
    _ indices: ArraySlice<UInt64>, _ head: PublishedLog.Head, _ fetch: Fetch
  ) throws -> ([EvidencePiece], Int) {
    let hashes = head.hashes()
    let hasher = SHA256()
    var pieces: [EvidencePiece] = []
    var piece = EvidencePiece()
    var room = EvidencePiece.limit
    var count = 0
    for index in indices.prefix(evidenceRecords) {
      guard pieces.isEmpty, room > 0 else { break }
      guard let record = try fetch(index) else {
        throw JournalError(.missing, record: index, detail: "the record is not there")
      }
      count += 1
      let path = try InclusionProof.path(
        index: index, size: head.signed.checkpoint.size, in: hashes, with: hasher)
      piece.items.append(
        .record(
          index: index, entry: StrictBase64.encode(record.entry), path: path.map { StrictBase64.encode($0.bytes) }))
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
    return (pieces, count)
  }
}
