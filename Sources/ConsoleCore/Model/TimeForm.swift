/// How times of day are written.
package enum TimeForm: String, Sendable, CaseIterable {
  case utc, local, relative
}

/// A place's difference from UTC, as it is when the console starts.
package struct Zone: Equatable, Sendable {
  package var seconds: Int64
  /// Abbreviation: `CET`.
  package var name: String

  package static let utc = Zone(seconds: 0, name: "Z")

  package init(seconds: Int64, name: String) {
    self.seconds = max(-86_400, min(86_400, seconds))
    self.name = name
  }
}
