import SessionModel
import ShellSyntax

extension ShellWalker {
  /// What a redirection does to files; the input that it sets, where it sets one.
  mutating func redirected(_ redirection: Redirection, of command: ShellCommand) -> ShellInput? {
    let target = value(of: redirection.target)
    switch redirection.operation {
    case .hereDocument: return .text(target.text)
    case .hereString: return .text(target.text + "\n")
    case .input:
      if let process = target.process { return process }
      let rank = PathRank(target)
      if rank == .secret { findings.note("secret_file") }
      if rank == .socket { findings.add(.unknown, kind: "redirect", reasons: ["network_socket"]) }
      return .file(target.text)
    case .duplicateInput, .duplicateOutput:
      guard !target.text.allSatisfy({ $0.isNumber || $0 == "-" }) else { return nil }
      if !target.isWhollyUnknown { written(target, appends: false) }
    case .output, .clobber, .both, .readWrite:
      written(target, appends: false)
      if case .simple(let simple) = command.body, simple.words.isEmpty || simple.words[0].literal == ":" {
        findings.note("truncates")
      }
    case .append, .appendBoth: written(target, appends: true)
    }
    return nil
  }

  private mutating func written(_ target: ShellArgument, appends: Bool) {
    guard target.process == nil else { return }
    switch PathRank(target) {
    case .nowhere: return
    case .device: findings.add(.destructive, kind: "redirect", reasons: ["writes_device"], objects: [target.text])
    case .socket: findings.add(.unknown, kind: "redirect", reasons: ["network_socket"], objects: [target.text])
    case .startup: findings.add(.admin, kind: "redirect", reasons: ["startup_file"], objects: [target.text])
    case .secret: findings.add(.write, kind: "redirect", reasons: ["secret_file"], objects: [target.text])
    case .system:
      findings.add(
        appends ? .admin : .destructive, kind: "redirect", reasons: ["system_file"], objects: [target.text])
    case .temporary, .ordinary, .everything, .unknown:
      findings.add(.write, kind: "redirect", objects: [target.text])
    }
  }

  mutating func simple(_ command: SimpleCommand, input: ShellInput) {
    for assignment in command.assignments { assign(assignment, lasting: command.words.isEmpty) }
    var words: [ShellArgument] = []
    for word in command.words { words += fields(of: word) }
    if let alias = words.first.flatMap({ aliases[$0.text] }), !command.words.isEmpty {
      let rest = words.dropFirst().map(Self.quoted).joined(separator: " ")
      aliases[words[0].text] = nil
      text(alias + " " + rest, input: input)
      aliases[words[0].text] = alias
      return
    }
    for word in command.words { disguised(word) }
    if words.isEmpty {
      if !command.assignments.isEmpty { findings.add(.read, kind: "assignment") }
      return
    }
    run(words, input: input)
  }

  /// Unquoted words that show other than they read; in quotes such characters are data.
  private mutating func disguised(_ word: ShellWord) {
    for case .literal(let text, false) in word.parts where text.utf8.contains(where: { $0 >= 0xc2 }) {
      let reasons = Disguise.reasons(in: text)
      // A program reads a look-alike as what it is, so that it is only worth saying; a command's own name never gets here.
      if DisguisedIdentifier.mixesScripts(text) { findings.note("homoglyphs") }
      if !reasons.isEmpty { findings.add(.unknown, kind: "command", reasons: reasons) }
    }
  }

  private mutating func assign(_ assignment: Assignment, lasting: Bool) {
    var values: [String] = []
    if assignment.isArray {
      for word in assignment.values { values += fields(of: word).map(\.text) }
    } else {
      values = assignment.values.map { value(of: $0).text }
    }
    if Self.loading.contains(assignment.name) {
      findings.add(.unknown, kind: "assignment", reasons: ["environment:\(assignment.name)"])
    }
    if assignment.index != nil {
      variables[assignment.name] = [String(ShellArgument.gap)]
    } else if assignment.appends {
      let old = variables[assignment.name] ?? [""]
      if assignment.isArray {
        variables[assignment.name] = Array((old + values).prefix(256))
      } else {
        let joined = old.joined(separator: " ") + (values.first ?? "")
        variables[assignment.name] = [joined.utf8.count > Self.maximumValue ? String(ShellArgument.gap) : joined]
      }
    } else {
      variables[assignment.name] = values
    }
  }

  /// Variables by which another program's code is loaded or run.
  private static let loading: Set<String> = [
    "LD_PRELOAD", "LD_AUDIT", "BASH_ENV", "ENV", "PROMPT_COMMAND", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF",
    "PYTHONSTARTUP",
    "PERL5OPT", "DYLD_INSERT_LIBRARIES", "PS4",
  ]

  /// An argument as a shell would have to be given it to read it back.
  static func quoted(_ argument: ShellArgument) -> String {
    argument.hasPattern ? argument.text : "'" + argument.text.replacing("'", with: "'\\''") + "'"
  }

  /// Runs one command from its words.
  mutating func run(_ words: [ShellArgument], input: ShellInput) {
    depth += 1
    defer { depth -= 1 }
    guard step(), let first = words.first else { return }
    let name = Self.baseName(first.text)
    if first.isPartlyUnknown || first.process != nil {
      findings.add(.unknown, kind: "command", reasons: ["command_unknown"])
      return
    }
    if first.hasPattern, first.text != "[" {
      findings.add(.unknown, kind: "command", reasons: ["command_from_pattern"])
      return
    }
    if name.utf8.contains(where: { $0 >= 0x80 }) {
      findings.add(.unknown, kind: "command", reasons: ["non_ascii_command"], objects: [name])
      return
    }
    for word in words.dropFirst() where word.process?.isNetwork == true { findings.note("network_input") }
    let invocation = ShellInvocation(program: name, path: first.text, arguments: Array(words.dropFirst()), input: input)
    if functions.contains(name), name == first.text { return findings.add(.read, kind: "function") }
    if special(invocation) { return }
    looked(up: invocation)
  }
}
