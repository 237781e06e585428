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
  /// Built-in names called without a schema.
  var builtIns: Set<String> = []
  /// What is written as a column of a named row.
  var qualifiedColumns: Set<String> = []
  /// A function that is in no table was called.
  var callsUnknown = false
  /// Harmless by the catalogue's word alone.
  var isVouched = false

  static func unknown(_ reason: String, kind: String = "unknown") -> SQLReading {
    SQLReading(
      facts: StatementFacts(statementClass: .unknown, kind: kind, reasons: [reason], barrier: true),
      classes: [.unknown], kinds: [kind], anyLiterals: false)
  }

  /// An identifier that shows other than it reads makes the whole `unknown`; in literals and comments it is a reason only.
  mutating func weighDisguises(in text: String) {
    guard text.utf8.contains(where: { $0 >= 0xc2 }) else { return }
    let found = DisguisedIdentifier.reasons(in: text)
    let elsewhere = Disguise.reasons(in: text).filter { !found.contains($0) }
    if found.isEmpty, elsewhere.isEmpty { return }
    for reason in found + elsewhere where !facts.reasons.contains(reason) { facts.reasons.append(reason) }
    anyLiterals = false
    guard !found.isEmpty else { return }
    if !classes.contains(.unknown) { classes.append(.unknown) }
    if facts.statementClass.severity < StatementClass.unknown.severity { facts.statementClass = .unknown }
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
