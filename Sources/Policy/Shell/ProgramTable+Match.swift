import SessionModel

extension ProgramTable {
  /// The first entry that fits, and the words of the command that it was found by.
  struct Match {
    var outcome: Outcome
    var words: [String]
  }

  enum Answer {
    case match(Match)
    /// Which entry fits hangs on an argument that is not known, and one of them would be held.
    case undecidable
    case none
  }

  /// The first entry that fits, if it is certain.
  static func answer(_ program: Program, _ arguments: ParsedArguments) -> Answer {
    let operands = program.foldsCase ? arguments.operands.map(lowered) : arguments.operands
    var maybe = false
    for entry in program.entries {
      switch fit(entry, operands, arguments) {
      case .yes:
        if maybe { return .undecidable }
        return .match(Match(outcome: entry.outcome, words: operands.prefix(entry.words.count).map(\.text)))
      case .maybe: maybe = true
      case .no: continue
      }
    }
    return maybe ? .undecidable : .none
  }

  private enum Fit { case yes, no, maybe }

  private static func fit(_ entry: Entry, _ operands: [ShellArgument], _ arguments: ParsedArguments) -> Fit {
    let holds: Bool
    switch entry.outcome {
    case .does(let found, _): holds = found.severity > StatementClass.write.severity
    case .wraps: holds = true
    }
    var unsure = false
    for (index, alternatives) in entry.words.enumerated() {
      guard index < operands.count else { return .no }
      let operand = operands[index]
      if operand.isPartlyUnknown, index < 2 {
        guard holds else { return .no }
        unsure = true
      } else if !alternatives.contains(where: { $0.matches(operand.text) }) {
        return .no
      }
    }
    if entry.ends, operands.count > entry.words.count { return .no }
    for options in entry.present where !options.contains(where: { arguments.has($0, abbreviated: holds) }) {
      return .no
    }
    for options in entry.absent where options.contains(where: { arguments.has($0) }) { return .no }
    if !entry.anywhere.isEmpty {
      let rest = operands.dropFirst(entry.words.count)
      guard rest.contains(where: { operand in entry.anywhere.contains { $0.matches(operand.text) } }) else {
        return .no
      }
    }
    return unsure ? .maybe : .yes
  }

  private static func lowered(_ argument: ShellArgument) -> ShellArgument {
    var argument = argument
    argument.text = argument.text.lowercased()
    return argument
  }
}

extension ProgramTable.Program {
  /// The subcommand that no entry names, for the kind: `git commit` is `git_commit`.
  func verb(_ arguments: ParsedArguments) -> String? {
    guard entries.contains(where: { !$0.words.isEmpty }), let first = arguments.operands.first?.text,
      (1...32).contains(first.utf8.count),
      first.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || "-_:.".utf8.contains($0) })
    else { return nil }
    return foldsCase ? first.lowercased() : first
  }
}
