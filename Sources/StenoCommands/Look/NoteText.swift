import QueryProtocol
import RecorderClient
import SessionModel

/// What people set down beside a session, as text.
enum NoteText {
  /// `2026-11-24 14:07:31Z  ann  step 4  mark a  checked with finance`
  static func line(_ note: SessionNote) -> String {
    var parts = [Shown.time(note.at), Shown.line(note.by, limit: 32)]
    parts.append(note.step.map { "step \($0)" } ?? "session")
    if let mark = note.mark { parts.append("mark \(Shown.line(mark, limit: 4))") }
    if !note.text.isEmpty { parts.append(Shown.line(note.text)) }
    return parts.joined(separator: "  ")
  }

  /// Under a step's own lines: who, when and what.
  static func lines(_ notes: [SessionNote]) -> [String] {
    notes.map { note in
      let mark = note.mark.map { "mark \(Shown.line($0, limit: 4))  " } ?? ""
      return "  note      \(mark)\(Shown.line(note.text))  (\(Shown.line(note.by, limit: 32)), \(Shown.time(note.at)))"
    }
  }
}

extension RecorderClient {
  func notes(of session: SessionID) async throws -> [SessionNote] {
    guard case .notes(let list) = try await request(.notes(session: session)) else {
      throw CommandFailure.unexpectedAnswer
    }
    return list
  }
}
