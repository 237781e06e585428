import ConsoleCore
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

extension ConsoleDesk {
  /// A stretch of a shell's recording for the console's emulator.
  static func page(_ client: RecorderClient, _ id: SessionID, _ after: UInt64?) async throws -> ShellPage {
    let verb = QueryRequest.Verb.recording(session: id, after: after, limit: RecordingPage.limit)
    guard case .recording(let page) = try await client.request(verb) else { throw CommandFailure.unexpectedAnswer }
    return ShellPage(
      columns: page.origin?.columns, rows: page.origin?.rows,
      pieces: try page.pieces.map { piece in
        guard let events = ShellEvents(piece.events), let data = Data(base64Encoded: piece.bytes) else {
          throw CommandFailure.unexpectedAnswer
        }
        return ShellPage.Piece(step: piece.step, events: events, bytes: Array(data))
      }, next: page.next)
  }
}
