/// Policies as a `recorder` record of the event `retention` states them, so that a verifier knows them without a configuration.
///
/// One policy reads `NAME SECONDS CONNECTIONS CLASSES`, lists with commas, `*` for all; policies are parted by `; `.
package enum RetentionStatement {
  package static let event = "retention"
  /// Event of the record behind a run's last deletion.
  package static let done = "retention done"

  package static func line(name: String, keepSeconds: Int64, connections: [String], classes: [StatementClass]) -> String
  {
    let on = connections.isEmpty ? "*" : connections.joined(separator: ",")
    let of = classes.isEmpty ? "*" : classes.map(\.rawValue).joined(separator: ",")
    return "\(name) \(keepSeconds) \(on) \(of)"
  }

  package static func detail(_ lines: [String]) -> String {
    lines.isEmpty ? "none" : lines.joined(separator: "; ")
  }

  /// Names with the seconds that they keep.
  package static func policies(_ detail: String) -> [String: Int64] {
    var found: [String: Int64] = [:]
    for part in detail.split(separator: ";") {
      let words = part.split(separator: " ")
      if words.count == 4, let seconds = Int64(words[1]) { found[String(words[0])] = seconds }
    }
    return found
  }
}
