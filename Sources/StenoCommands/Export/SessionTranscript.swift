import RecorderClient
import SessionModel

/// A whole session as text.
enum SessionTranscript {
  static func text(_ summary: SessionSummary, _ client: RecorderClient) async throws -> String {
    var lines = SessionText.lines(summary)
    try await client.eachStep(of: summary.id) { lines += [""] + StepText.lines($0) }
    return lines.joined(separator: "\n") + "\n"
  }
}
