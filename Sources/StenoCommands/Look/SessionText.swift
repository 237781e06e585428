import SessionModel

/// One session as lines of text.
enum SessionText {
  static func lines(_ session: SessionSummary) -> [String] {
    var lines = [
      "session \(session.id)  \(session.state.rawValue)\(session.trial ? "  trial: walls not enforced" : "")  capture \(session.capture.rawValue)",
      "  agent \(Shown.line(session.agent)) as \(Shown.line(session.principal))"
        + (session.onBehalfOf.map { ", on behalf of \(Shown.line($0))" } ?? ""),
      "  \(Shown.line(session.connection)) (\(session.proto)) to \(Shown.line(session.target))"
        + (session.database.map { ", database \(Shown.line($0))" } ?? ""),
      "  started \(Shown.time(session.started))"
        + (session.ended.map { ", ended \(Shown.time($0))" } ?? ""),
    ]
    if let reason = session.endReason { lines.append("  end: \(Shown.line(reason))") }
    lines.append("  \(session.steps) steps, \(session.held) held, \(session.denied) denied, \(session.masked) masked")
    return lines
  }
}
