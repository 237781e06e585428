import SessionModel

/// What was read of one text, beyond what is shown: rules weigh every part of it.
struct SQLReading: Sendable {
  var facts: StatementFacts
  /// Classes of all its parts, without repeats: an `allow` rule must cover every one.
  var classes: [StatementClass]
  /// Kinds of all its parts, `multi` first where there are several.
  var kinds: [String]
  /// The facts hold for any other literals in the same places.
  var anyLiterals: Bool
  /// A setting that changes how text is read or what encoding it has, where the text changes one.
  var unusualSetting: String?
  /// The context after it ran, and after it failed somewhere; `nil` where it stays as it was.
  var contextAfter: StatementContext?
  var contextIfFailed: StatementContext?

  static func unknown(_ reason: String, kind: String = "unknown") -> SQLReading {
    SQLReading(
      facts: StatementFacts(statementClass: .unknown, kind: kind, reasons: [reason], barrier: true),
      classes: [.unknown], kinds: [kind], anyLiterals: false)
  }
}

extension StatementClass {
  /// Which of two parts decides. `unknown` is over `write`, and under what is known to do harm.
  var severity: Int {
    switch self {
    case .read: 0
    case .write: 1
    case .unknown: 2
    case .destructive: 3
    case .admin: 4
    }
  }
}
