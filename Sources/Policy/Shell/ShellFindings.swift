import SessionModel

/// What the parts of one text were found to do.
struct ShellFindings: Sendable {
  private(set) var worst = StatementClass.read
  private(set) var worstKind: String?
  private(set) var classes: [StatementClass] = []
  private(set) var kinds = UniqueWords()
  private(set) var objects = UniqueWords()
  private(set) var reasons = UniqueWords()

  /// Most of each that are kept; what is over it no longer changes the class.
  private static let maximumWords = 64

  mutating func add(_ found: StatementClass, kind: String, reasons: [String] = [], objects: [String] = []) {
    if worstKind == nil || found.severity > worst.severity {
      worst = found.severity > worst.severity ? found : worst
      worstKind = kind
    }
    if !classes.contains(found) { classes.append(found) }
    if kinds.words.count < Self.maximumWords { kinds.add(kind) }
    for reason in reasons { note(reason) }
    for object in objects where self.objects.words.count < Self.maximumWords {
      self.objects.add(String(object.prefix(256)))
    }
  }

  mutating func note(_ reason: String) {
    if reasons.words.count < Self.maximumWords { reasons.add(String(reason.prefix(128))) }
  }

  /// A secret that is read in the same text that sends something away may leave with it.
  mutating func joinLeak() {
    if reasons.words.contains("secret_file"), reasons.words.contains("sends_data") {
      add(.unknown, kind: "transfer", reasons: ["secret_may_leave"])
    }
  }

  /// The findings of a SQL text that a client program was given.
  mutating func add(_ reading: SQLReading, client: String) {
    for (index, kind) in reading.kinds.enumerated() where index > 0 || reading.kinds.count == 1 {
      add(
        reading.facts.statementClass, kind: "\(client)_\(kind)", reasons: reading.facts.reasons,
        objects: reading.facts.objects)
    }
    for found in reading.classes where !classes.contains(found) { classes.append(found) }
  }

  var reading: SQLReading {
    let words = kinds.words
    let kind = worstKind ?? "empty"
    return SQLReading(
      facts: StatementFacts(
        statementClass: worst, kind: kind, objects: objects.words.map(Self.shown),
        reasons: reasons.words.map(Self.shown), statements: max(words.count, worstKind == nil ? 0 : 1)),
      classes: classes.isEmpty ? [.read] : classes, kinds: words.count > 1 ? ["multi"] + words : [kind],
      anyLiterals: false)
  }

  /// What is not known is shown as an ellipsis.
  private static func shown(_ text: String) -> String {
    text.contains(ShellArgument.gap) ? String(text.map { $0 == ShellArgument.gap ? "…" : $0 }) : text
  }
}
