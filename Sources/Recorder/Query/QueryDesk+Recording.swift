import Foundation
import QueryProtocol
import SessionModel

extension QueryDesk {
  /// A stretch of a session's records behind `after`, with their events: what a player plays.
  func recording(of session: SessionID, after: UInt64?, limit: Int) async throws -> RecordingPage {
    guard try await read({ try $0.session(session) }) != nil else {
      throw QueryFailure(code: .notFound, message: "no session \(session)")
    }
    let wanted = min(max(1, limit), RecordingPage.limit)
    var page = RecordingPage(origin: nil, pieces: [], next: nil)
    var bytes = 0
    var cursor = after
    while true {
      let from = cursor
      let changes = try await read { try $0.changes(after: from, session: session, limit: 256) }
      guard !changes.isEmpty else { return page }
      // A few at a time, so that no more is read than the page takes.
      for group in stride(from: 0, to: changes.count, by: 8) {
        let part = changes[group..<min(changes.count, group + 8)]
        let records: [StoredRecord]
        do {
          records = try await readJournal { try $0.records(at: part.map(\.seq)) }
        } catch {
          throw QueryFailure(
            code: .unavailable, message: "a record of \(session) cannot be read from the journal: run steno verify")
        }
        for record in records {
          if bytes >= wanted || page.pieces.count >= 2000 {
            page.next = cursor
            return page
          }
          cursor = record.index
          if let start = QueryDesk.origin(record) { page.origin = start }
          guard let piece = QueryDesk.piece(record) else { continue }
          bytes += record.bodyLength(.wire)
          page.pieces.append(piece)
        }
      }
    }
  }

  private static func origin(_ record: StoredRecord) -> ImportOrigin? {
    guard record.fields.kind == .sessionStart, let meta = record.body(.meta) else { return nil }
    return (try? JSONDecoder().decode(SessionStart.self, from: Data(meta)))?.imported
  }

  /// What a record adds to the playing of its session; `nil` where it says nothing of a shell.
  private static func piece(_ record: StoredRecord) -> RecordingPage.Piece? {
    switch record.fields.kind {
    case .request, .requestMore, .response: break
    case .sessionStart, .execution, .note, .sessionEnd, .decision, .access, .heads, .recorder, .tombstone,
      .legalHold:
      return nil
    }
    guard let meta = record.body(.meta), let shell = try? JSONDecoder().decode(ShellMeta.self, from: Data(meta))
    else { return nil }
    let label = record.fields.kind == .request ? record.body(.text).map { String(decoding: $0, as: UTF8.self) } : nil
    guard shell.shell != nil || label != nil else { return nil }
    return RecordingPage.Piece(
      index: record.index, step: shell.step, events: shell.shell ?? "",
      bytes: Data(record.body(.wire) ?? []).base64EncodedString(), label: label)
  }
}
