import SessionModel

extension ShellWalker {
  mutating func environment(_ call: ShellInvocation) {
    var rest = call.arguments[...]
    let saved = variables
    defer { variables = saved }
    while let argument = rest.first {
      if ["-u", "--unset", "-C", "--chdir"].contains(argument.text) {
        rest = rest.dropFirst(2)
      } else if argument.text == "-S" || argument.text == "--split-string" {
        let code = rest.dropFirst().map(\.text).joined(separator: " ")
        return text(code, input: call.input)
      } else if argument.text.hasPrefix("-S") {
        return text(
          argument.text.dropFirst(2) + " " + rest.dropFirst().map(\.text).joined(separator: " "), input: call.input)
      } else if argument.text.hasPrefix("--split-string=") {
        return text(String(argument.text.dropFirst(15)), input: call.input)
      } else if argument.isOption || argument.text == "-" {
        rest.removeFirst()
        if argument.text == "--help" || argument.text == "--version" { return findings.add(.read, kind: "env") }
      } else if Self.isAssignment(argument.text) {
        rest.removeFirst()
      } else {
        break
      }
    }
    guard !rest.isEmpty else { return findings.add(.read, kind: "env") }
    run(Array(rest), input: call.input)
  }

  mutating func privileged(_ call: ShellInvocation) {
    findings.note(call.program)
    let valued: Set<String> = [
      "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--host", "--prompt",
      "--chdir", "--chroot",
    ]
    var rest = call.arguments[...]
    var isShell = false
    while let argument = rest.first {
      if argument.text == "--" {
        rest.removeFirst()
        break
      }
      if argument.isOption {
        rest.removeFirst()
        if argument.text == "-e" || argument.text == "--edit" {
          return findings.add(.admin, kind: "sudo_edit", reasons: ["edits_as_root"])
        }
        if ["-i", "-s", "--login", "--shell"].contains(argument.text) { isShell = true }
        if valued.contains(argument.text) { rest = rest.dropFirst() }
      } else if Self.isAssignment(argument.text) {
        rest.removeFirst()
      } else {
        break
      }
    }
    guard !rest.isEmpty else {
      if isShell { shellAsRoot(call) } else { findings.add(.read, kind: call.program) }
      return
    }
    if call.program == "sudoedit" { return findings.add(.admin, kind: "sudoedit", reasons: ["edits_as_root"]) }
    run(Array(rest), input: call.input)
  }

  private mutating func shellAsRoot(_ call: ShellInvocation) {
    if case .text(let code) = call.input { return text(code) }
    findings.add(.admin, kind: call.program, reasons: ["root_shell"])
  }

  mutating func otherUser(_ call: ShellInvocation) {
    let parsed = call.parsed(["-c", "--command", "-s", "--shell", "-g", "-G", "-u", "--user", "-w"])
    findings.note(call.program)
    if let code = parsed.value("-c", "--command") { return text(code.text, input: call.input) }
    let operands = parsed.operands.drop { $0.text == "-" }
    if call.program == "runuser", parsed.value("-u", "--user") != nil, !operands.isEmpty {
      return run(Array(operands), input: call.input)
    }
    if case .text(let code) = call.input { return text(code) }
    findings.add(.admin, kind: call.program, reasons: ["becomes_user"], objects: operands.prefix(1).map(\.text))
  }

  mutating func xargs(_ call: ShellInvocation) {
    let valued: Set<String> = [
      "-I", "-n", "-P", "-L", "-s", "-d", "-E", "-a", "--max-args", "--max-procs", "--max-lines", "--delimiter",
      "--arg-file", "--max-chars",
    ]
    var rest = call.arguments[...]
    var mark: String?
    while let option = rest.first, option.isOption {
      rest.removeFirst()
      if option.text == "-I" || option.text == "-J" {
        mark = rest.popFirst()?.text
      } else if option.text.hasPrefix("-I"), option.text.count > 2 {
        mark = String(option.text.dropFirst(2))
      } else if option.text == "-i" || option.text == "--replace" {
        mark = "{}"
      } else if option.text.hasPrefix("--replace=") {
        mark = String(option.text.dropFirst(10))
      } else if option.text.hasPrefix("-i") {
        mark = String(option.text.dropFirst(2))
      } else if valued.contains(option.text) {
        rest = rest.dropFirst()
      } else if !option.text.hasPrefix("--"), let last = option.text.last, valued.contains("-\(last)"), last != "I",
        option.text.count > 2, !valued.contains(String(option.text.prefix(2)))
      {
        rest = rest.dropFirst()
      } else if !option.text.hasPrefix("--"), option.text.last == "I" {
        mark = rest.popFirst()?.text
      }
    }
    guard let program = rest.first else { return findings.add(.read, kind: "xargs") }
    let items: [ShellArgument]
    if case .text(let text) = call.input {
      items = text.split(whereSeparator: { $0 == "\n" || $0 == " " || $0 == "\t" || $0 == "\0" }).prefix(64)
        .map { ShellArgument(text: String($0)) }
    } else {
      items = [.unknown]
    }
    if program.text == String(ShellArgument.gap) || program.text == mark {
      // Each item is a command.
      for item in items { text(item.text) }
      return
    }
    each(items, into: Array(rest), mark: mark, isKnown: call.input != .inherited && items != [.unknown])
  }

  /// Runs a command with items in the place of a mark, or behind it.
  private mutating func each(_ items: [ShellArgument], into words: [ShellArgument], mark: String?, isKnown: Bool) {
    let saved = isBulk
    isBulk = isBulk || !isKnown
    defer { isBulk = saved }
    guard let mark, !mark.isEmpty else { return run(words + items, input: .stream(network: false)) }
    for item in items.prefix(16) {
      let filled = words.map {
        ShellArgument(text: $0.text.replacing(mark, with: item.text), hasPattern: $0.hasPattern)
      }
      run(filled, input: .stream(network: false))
    }
  }

  mutating func parallel(_ call: ShellInvocation) {
    let valued: Set<String> = [
      "-j", "--jobs", "-n", "-N", "-L", "-I", "-a", "--arg-file", "--colsep", "-C", "-S", "--sshlogin", "--joblog",
      "--timeout", "--delay", "--results", "--retries",
    ]
    var rest = call.arguments[...]
    while let option = rest.first, option.isOption {
      rest.removeFirst()
      if valued.contains(option.text) { rest = rest.dropFirst() }
    }
    let marks = rest.firstIndex { [":::", "::::", ":::+", "::::+"].contains($0.text) }
    let command = rest[..<(marks ?? rest.endIndex)]
    var items: [ShellArgument] = [.unknown]
    if let marks {
      items = rest[marks...].dropFirst().filter { !$0.text.hasPrefix(":::") }
      if rest[marks].text.hasPrefix("::::") { items = [.unknown] }
    } else if case .text(let text) = call.input {
      items = text.split(separator: "\n").map { ShellArgument(text: String($0)) }
    }
    let saved = isBulk
    isBulk = isBulk || items == [.unknown]
    defer { isBulk = saved }
    let code = command.map(\.text).joined(separator: " ")
    for item in items.prefix(16) {
      if code.isEmpty {
        text(item.text)
      } else if code.contains("{}") {
        text(code.replacing("{}", with: item.text))
      } else {
        text(code + " " + item.text)
      }
    }
  }

  mutating func find(_ call: ShellInvocation) {
    let starts = call.arguments.drop { ["-H", "-L", "-P"].contains($0.text) || $0.text.hasPrefix("-O") }
      .prefix { !$0.isOption && $0.text != "(" && $0.text != "!" }
    let isTemporary = !starts.isEmpty && starts.allSatisfy { PathRank($0) == .temporary }
    let found =
      isTemporary ? starts[starts.startIndex].text + "/" + String(ShellArgument.gap) : String(ShellArgument.gap)
    var rest = call.arguments[...]
    findings.add(.read, kind: "find")
    while let argument = rest.popFirst() {
      switch argument.text {
      case "-delete":
        findings.add(
          isTemporary ? .write : .destructive, kind: "find_delete", reasons: isTemporary ? [] : ["bulk_delete"],
          objects: starts.map(\.text))
      case "-exec", "-execdir", "-ok", "-okdir":
        let end = rest.firstIndex { $0.text == ";" || $0.text == "+" } ?? rest.endIndex
        let words = rest[..<end].map {
          ShellArgument(text: $0.text.replacing("{}", with: found), hasPattern: $0.hasPattern)
        }
        rest = rest[end...].dropFirst()
        let saved = isBulk
        isBulk = true
        run(Array(words), input: .inherited)
        isBulk = saved
      case "-fprint", "-fprintf", "-fls", "-fprint0":
        if let file = rest.popFirst() { findings.add(.write, kind: "find", objects: [file.text]) }
      default: break
      }
    }
  }

  mutating func fd(_ call: ShellInvocation) {
    findings.add(.read, kind: "fd")
    guard let exec = call.arguments.firstIndex(where: { ["-x", "-X", "--exec", "--exec-batch"].contains($0.text) })
    else {
      return
    }
    let saved = isBulk
    isBulk = true
    var words = call.arguments[(exec + 1)...].map {
      ShellArgument(text: $0.text.replacing("{}", with: String(ShellArgument.gap)), hasPattern: $0.hasPattern)
    }
    if !words.contains(where: \.isPartlyUnknown) { words.append(.unknown) }
    run(words, input: .inherited)
    isBulk = saved
  }

  mutating func watch(_ call: ShellInvocation) {
    let parsed = call.parsed(["-n", "--interval", "-q", "--equexit"], stopsAtOperand: true)
    guard !parsed.operands.isEmpty else { return findings.add(.read, kind: "watch") }
    text(parsed.operands.map(\.text).joined(separator: " "))
  }

  /// A program that hands the value of an option to a shell.
  mutating func codeOption(_ call: ShellInvocation, _ names: Set<String>) {
    let parsed = call.parsed(
      names.union(["-w", "-E", "-o", "-O", "-T", "--timeout"]), stopsAtOperand: call.program == "flock")
    findings.note("through:\(call.program)")
    if let code = parsed.values.last(where: { names.contains($0.option) })?.value {
      return text(code.text, input: call.input)
    }
    if call.program == "flock", parsed.operands.count > 1 {
      if parsed.operands[1].text == "-c", parsed.operands.count > 2 { return text(parsed.operands[2].text) }
      return run(Array(parsed.operands.dropFirst()), input: call.input)
    }
    findings.add(.write, kind: call.program)
  }

  mutating func multiplexer(_ call: ShellInvocation) {
    let words = call.arguments.map(\.text)
    guard let verb = words.first(where: { !$0.hasPrefix("-") }) else {
      return findings.add(.read, kind: call.program)
    }
    if ["kill-server", "kill-session"].contains(verb) {
      return findings.add(.destructive, kind: "\(call.program)_\(verb)", reasons: ["ends_processes"])
    }
    if call.program == "tmux", verb.hasPrefix("send") {
      let keys = words.drop { $0 != verb }.dropFirst().filter { !$0.hasPrefix("-") && $0 != "Enter" && $0 != "C-m" }
      for key in keys where key.contains(" ") { text(key) }
      return findings.add(.write, kind: "tmux_send-keys", reasons: ["types_into_session"])
    }
    let parsed = call.parsed(["-t", "-s", "-n", "-c", "-x", "-y", "-S", "-L", "-f", "-F", "-X", "-p", "-T", "-e", "-h"])
    for operand in parsed.operands.dropFirst(call.program == "tmux" ? 1 : 0) where operand.text.contains(" ") {
      text(operand.text)
    }
    if call.program == "screen", let started = screenCommand(call.arguments) { return run(started, input: call.input) }
    findings.add(.write, kind: "\(call.program)")
  }

  /// What `screen` starts: everything behind its own options, the command's options too.
  private func screenCommand(_ arguments: [ShellArgument]) -> [ShellArgument]? {
    var at = 0
    while at < arguments.count, arguments[at].text.hasPrefix("-") {
      if arguments[at].text == "-X" { return nil }
      // `-dmS name`: the last letter of a bundle may take a value.
      at += arguments[at].text.last.map { "cehpsSTt".contains($0) } ?? false ? 2 : 1
    }
    return at < arguments.count ? Array(arguments[at...]) : nil
  }

  mutating func scheduled(_ call: ShellInvocation) {
    switch call.input {
    case .text(let code): text(code, reason: "scheduled")
    case .inherited, .file, .stream: findings.add(.unknown, kind: call.program, reasons: ["scheduled", "code_unknown"])
    }
  }

  mutating func crontab(_ call: ShellInvocation) {
    let parsed = call.parsed(["-u", "-T"])
    if call.asksForHelp { return findings.add(.read, kind: "crontab") }
    if parsed.has("-r") { return findings.add(.destructive, kind: "crontab", reasons: ["removes_schedule"]) }
    if parsed.has("-l") { return findings.add(.read, kind: "crontab") }
    if parsed.has("-e") { return findings.add(.admin, kind: "crontab", reasons: ["edits_schedule"]) }
    findings.add(.admin, kind: "crontab", reasons: ["replaces_schedule"], objects: parsed.operands.map(\.text))
  }
}
