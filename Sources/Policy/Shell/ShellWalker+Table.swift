import SessionModel

extension ShellWalker {
  /// Finds a program in the table; one that is in none is judged by its words.
  mutating func looked(up invocation: ShellInvocation) {
    let name = Self.withoutVersion(invocation.program)
    guard let program = programs.programs[invocation.program] ?? programs.programs[name] else {
      return unrecognised(invocation)
    }
    if invocation.asksForHelp, !program.isWrapper {
      return findings.add(.read, kind: invocation.program)
    }
    var invocation = invocation
    if invocation.program.hasSuffix("tar"), let first = invocation.arguments.first, !first.isOption {
      // `tar tf x`: the oldest form has no dash.
      invocation.arguments[0].text = "-" + first.text
    }
    let parsed = invocation.parsed(program.valued)
    for (option, prefix) in program.code {
      for value in parsed.allValues(option) where value.text.hasPrefix(prefix) {
        let code = String(value.text.dropFirst(prefix.count))
        if ["sh", "bash", "dash", "zsh", "ksh"].contains(Self.baseName(code)) {
          findings.add(.unknown, kind: invocation.program, reasons: ["shell_escape"])
        }
        text(code)
      }
    }
    switch ProgramTable.answer(program, parsed) {
    case .none:
      findings.add(.unknown, kind: invocation.program, reasons: ["unknown_use:\(invocation.program)"])
    case .undecidable:
      findings.add(.unknown, kind: invocation.program, reasons: ["argument_unknown"])
    case .match(let match):
      switch match.outcome {
      case .does(let found, let reason):
        let verb = match.words.isEmpty ? program.verb(parsed) : nil
        let kind = ([invocation.program] + match.words + (verb.map { [$0] } ?? [])).joined(separator: "_")
        let objects = parsed.operands.dropFirst(match.words.count).map(\.text)
        let isQuiet = found == .read || found == .write
        findings.add(
          found, kind: kind, reasons: reason.map { [$0] } ?? (isQuiet ? [] : [kind]), objects: isQuiet ? [] : objects)
        noteSecrets(parsed.operands)
      case .wraps(let skipping, let valued, let throughShell):
        wrapped(invocation, behind: match.words.count, skipping, valued.union(program.valued), throughShell)
      }
    }
  }

  mutating func noteSecrets(_ arguments: [ShellArgument]) {
    for argument in arguments where argument.text.utf8.count > 3 && PathRank(argument) == .secret {
      findings.note("secret_file")
    }
  }

  /// The command behind a wrapper's own words, options and arguments.
  private mutating func wrapped(
    _ invocation: ShellInvocation, behind words: Int, _ skipping: Int, _ valued: Set<String>, _ throughShell: Bool
  ) {
    var rest = invocation.arguments[...]
    var toSkip = words + skipping
    while let argument = rest.first {
      if argument.text == "--" {
        rest.removeFirst()
        // What stands before `--` are the wrapper's own words, however many were given.
        if words > 0 { toSkip = 0 }
        break
      }
      if argument.isOption {
        rest.removeFirst()
        if Self.takesNext(argument.text, valued) { rest = rest.dropFirst() }
      } else if argument.text.contains("="), toSkip == 0, Self.isAssignment(argument.text) {
        rest.removeFirst()
      } else if toSkip > 0 {
        toSkip -= 1
        rest.removeFirst()
      } else {
        break
      }
    }
    while toSkip > 0, !rest.isEmpty {
      toSkip -= 1
      rest.removeFirst()
    }
    findings.note("through:\(invocation.program)")
    guard !rest.isEmpty else {
      if case .text(let text) = invocation.input, throughShell { return self.text(text) }
      let kind = invocation.program
      if throughShell, invocation.arguments.last?.text == "-V" { return findings.add(.read, kind: kind) }
      if throughShell { return findings.add(.write, kind: kind, reasons: ["remote_shell"]) }
      return findings.add(words > 0 ? .write : .read, kind: kind)
    }
    if throughShell {
      text(rest.map(\.text).joined(separator: " "), input: invocation.input)
    } else {
      run(Array(rest), input: invocation.input)
    }
  }

  private static func takesNext(_ option: String, _ valued: Set<String>) -> Bool {
    if valued.contains(option) { return true }
    guard !option.hasPrefix("--"), option.utf8.count > 2, let last = option.last else { return false }
    let first = option.dropFirst().prefix(1)
    return !valued.contains("-" + first) && valued.contains("-\(last)")
  }

  static func isAssignment(_ text: String) -> Bool {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let name = text.utf8[..<equals]
    return !name.isEmpty
      && name.allSatisfy { $0 == 0x5f || (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) }
  }

  /// `python3.11` → `python`, `gcc-12` → `gcc`.
  static func withoutVersion(_ name: String) -> String {
    var end = name.endIndex
    while end > name.startIndex {
      let before = name.index(before: end)
      guard name[before].isNumber || name[before] == "." || name[before] == "-" else { break }
      end = before
    }
    return end == name.startIndex ? name : String(name[..<end])
  }

  private mutating func unrecognised(_ invocation: ShellInvocation) {
    let kind = invocation.program
    if invocation.asksForHelp { return findings.add(.read, kind: kind) }
    let isScript = invocation.path.contains("/") || kind.contains(".")
    if isScript, PathRank(ShellArgument(text: invocation.path)) == .temporary {
      findings.note("runs_temporary_file")
    }
    let words = invocation.arguments.prefix(16).filter { $0.text.utf8.count <= 64 }
      .flatMap { NameWords.words(of: $0.text) }
    let suspicious = words + NameWords.words(of: kind)
    let isGone = invocation.arguments.contains { $0.text == "--dry-run" || $0.text == "--dryrun" }
    if !isGone, suspicious.contains(where: NameWords.destroying.contains) {
      return findings.add(.unknown, kind: kind, reasons: ["unrecognised:\(kind)", "destroying_word"])
    }
    findings.add(.write, kind: kind, reasons: [isScript ? "runs_script" : "unrecognised:\(kind)"])
  }
}
