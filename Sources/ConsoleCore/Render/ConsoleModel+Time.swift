import SessionModel

extension ConsoleModel {
  private func shifted(_ time: Timestamp) -> Timestamp {
    switch timeForm {
    case .utc, .relative: time
    case .local: time.adding(microseconds: zone.seconds * 1_000_000)
    }
  }

  /// The zone that times of day are in: it stands on every screen.
  var zoneName: SafeText {
    switch timeForm {
    case .utc, .relative: "Z"
    case .local: SafeText(" " + zone.name, limit: 8)
    }
  }

  func clock(short: Bool) -> SafeText {
    SafeText(shifted(now).description.dropFirst(11).prefix(short ? 5 : 8)) + zoneName
  }

  /// `14:07:31`, or how long ago that was.
  func time(_ time: Timestamp, milliseconds: Bool = false) -> SafeText {
    switch timeForm {
    case .utc, .local: Format.time(shifted(time), milliseconds: milliseconds)
    case .relative: Format.age(now.microseconds(since: time)) + " ago"
    }
  }

  /// `2026-11-24 14:07:31`, or how long ago that was.
  func date(_ time: Timestamp, seconds: Bool = true) -> SafeText {
    switch timeForm {
    case .utc, .local:
      let text = shifted(time).description
      return SafeText(text.prefix(10) + " " + text.dropFirst(11).prefix(seconds ? 8 : 5))
    case .relative: return Format.age(now.microseconds(since: time)) + " ago"
    }
  }
}
