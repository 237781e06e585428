import SQLSyntax
import SessionModel

/// Reads SQL as PostgreSQL 15 would, and says what it does. Pure: the same text and context give the same reading.
///
/// What stays undecidable from text alone: what views, triggers, rules, domains and operators of the database do behind a
/// name, and functions that overload a built-in for other argument types. Rights in the database are the answer to those.
package struct SQLClassifier: Sendable {
  package let syntax: PostgresSyntax

  package init(limits: SyntaxLimits = SyntaxLimits()) {
    syntax = PostgresSyntax(limits: limits)
  }

  package func facts(_ text: String, context: StatementContext = StatementContext()) -> StatementFacts {
    read(text, context: context).facts
  }

  /// - Parameters:
  ///   - functions: The database's own functions, where they are known.
  ///   - vouches: Its stable and immutable ones count as harmless; else only what shadows a built-in one counts.
  func read(
    _ text: String, context: StatementContext, functions: FunctionCatalogue? = nil, vouches: Bool = true
  ) -> SQLReading {
    // Where bytes were no UTF-8, the server reads something else than we do.
    if text.utf8.contains(0xef), text.unicodeScalars.contains("\u{FFFD}") { return .unknown("invalid_utf8") }
    do {
      var reading = try syntax.withTree(of: text) { tree in
        read(tree, context: context, functions: functions, vouches: vouches)
      }
      reading.weighDisguises(in: text)
      return reading
    } catch {
      switch error {
      case .tooLong: return .unknown("too_long")
      case .tooDeep: return .unknown("too_deep")
      case .containsNUL: return .unknown("nul_byte")
      case .malformed: return .unknown("syntax")
      case .unavailable: return .unknown("unreadable")
      }
    }
  }

  private func read(
    _ tree: SyntaxTree, context: StatementContext, functions: FunctionCatalogue?, vouches: Bool
  ) -> SQLReading {
    let statements = tree.statements
    var running = context
    var touched: Set<ServerName>?
    var walkers: [StatementWalker] = []
    walkers.reserveCapacity(statements.count)
    for statement in statements {
      var walker = StatementWalker(context: running, functions: functions, vouches: vouches)
      walker.statement(statement)
      if let change = walker.contextChange {
        touched = (touched ?? []).union(change.names(in: running))
        change.apply(to: &running)
      }
      walkers.append(walker)
    }
    var reading: SQLReading
    if walkers.isEmpty {
      return SQLReading(
        facts: StatementFacts(statementClass: .read, kind: "empty", statements: 0), classes: [.read], kinds: ["empty"],
        anyLiterals: true)
    }
    if walkers.count == 1 {
      let walker = walkers[0]
      reading = SQLReading(
        facts: StatementFacts(
          statementClass: walker.statementClass, kind: walker.kind, objects: walker.objects, reasons: walker.reasons,
          barrier: walker.barrier), classes: walker.classes, kinds: [walker.kind], anyLiterals: walker.anyLiterals,
        unusualSetting: walker.unusualSetting)
    } else {
      reading = joined(walkers)
    }
    for walker in walkers {
      reading.builtIns.formUnion(walker.builtIns)
      reading.qualifiedColumns.formUnion(walker.qualifiedColumns)
      reading.callsUnknown = reading.callsUnknown || walker.callsUnknown
      reading.isVouched = reading.isVouched || walker.isVouched
    }
    if let touched {
      reading.contextAfter = running
      // Statements before the failing one have run, and a PREPARE is not rolled back: its name may mean either.
      if walkers.count > 1 || running.prepared.isEmpty {
        var failed = context
        for name in touched { failed.prepared[name] = nil }
        reading.contextIfFailed = failed
      }
    }
    return reading
  }

  private func joined(_ walkers: [StatementWalker]) -> SQLReading {
    var facts = StatementFacts(statementClass: .read, kind: "multi", statements: walkers.count)
    var classes: [StatementClass] = []
    var kinds = ["multi"]
    var objects = UniqueWords()
    var reasons = UniqueWords()
    reasons.add("multi")
    for walker in walkers {
      if walker.statementClass.severity > facts.statementClass.severity { facts.statementClass = walker.statementClass }
      for part in walker.classes where !classes.contains(part) { classes.append(part) }
      if kinds.count < 64, !kinds.contains(walker.kind) { kinds.append(walker.kind) }
      for object in walker.objects { objects.add(object) }
      for reason in walker.reasons { reasons.add(reason) }
      facts.barrier = facts.barrier || walker.barrier
    }
    facts.objects = objects.words
    facts.reasons = reasons.words
    return SQLReading(
      facts: facts, classes: classes, kinds: kinds, anyLiterals: walkers.allSatisfy(\.anyLiterals),
      unusualSetting: walkers.lazy.compactMap(\.unusualSetting).first)
  }
}
