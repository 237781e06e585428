import RecorderClient
import SessionModel

/// A session as an asciicast, version 2: a header's line, then one event a line, `[seconds, "o", text]`.
///
/// Source: asciinema, "asciicast v2".
enum Asciicast {
  private struct Header: Encodable {
    var version = 2
    var width = 100
    var height = 30
    var timestamp: Int64
    var title: String
  }

  /// One event; a JSON array of three different things.
  private struct Event: Encodable {
    var microseconds: Int64
    var text: String

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(Double(max(0, microseconds)) / 1_000_000)
      try list.encode("o")
      try list.encode(text)
    }
  }

  static func write(_ summary: SessionSummary, _ client: RecorderClient, _ sink: ExportSink) async throws {
    func put(_ value: some Encodable) throws { try sink.write(StandardOutput.encode(value) + [10]) }
    try put(
      Header(timestamp: summary.started.microseconds / 1_000_000, title: "\(summary.id) \(Shown.line(summary.agent))"))
    var last: Int64 = 0
    func event(_ lines: [String], at time: Timestamp) throws {
      // A player takes events in order only.
      last = max(last, time.microseconds(since: summary.started))
      try put(Event(microseconds: last, text: lines.map { $0 + "\r\n" }.joined()))
    }
    let notes = Dictionary(grouping: try await client.notes(of: summary.id)) { $0.step ?? 0 }
    try event(SessionText.lines(summary) + NoteText.lines(notes[0] ?? []) + [""], at: summary.started)
    try await client.eachStep(of: summary.id) {
      try event(
        StepText.lines($0) + NoteText.lines(notes[$0.step] ?? []) + [""], at: $0.response?.at ?? $0.at)
    }
  }
}
