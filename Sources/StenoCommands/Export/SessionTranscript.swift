import RecorderClient
import SessionModel

/// A whole session as text.
enum SessionTranscript {
  static func text(_ summary: SessionSummary, _ client: RecorderClient) async throws -> String {
    let notes = Dictionary(grouping: try await client.notes(of: summary.id)) { $0.step ?? 0 }
    var lines = SessionText.lines(summary) + NoteText.lines(notes[0] ?? [])
    try await client.eachStep(of: summary.id) {
      lines += [""] + StepText.lines($0) + NoteText.lines(notes[$0.step] ?? [])
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
