import SessionModel

extension ShellWalker {
  /// Programs whose arguments are commands, code or files, and need more than a table. `false` for any other.
  mutating func special(_ call: ShellInvocation) -> Bool {
    switch call.program {
    case "eval": text(call.arguments.map(\.text).joined(separator: " "), input: call.input)
    case "source", ".": sourced(call)
    case "trap": trapped(call)
    case "alias": aliased(call)
    case "exec", "command", "builtin", "nocorrect", "noglob", "time": builtinWrapper(call)
    case "cd", "pushd": entered(call)
    case "read", "mapfile", "readarray", "getopts": assignsUnknown(call)
    case "set": positional(call)
    case "export", "declare", "typeset", "local", "readonly": findings.add(.read, kind: call.program)
    case "sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "rbash", "fish", "tcsh", "csh", "pwsh", "powershell":
      shell(call)
    case "busybox", "toybox":
      guard !call.arguments.isEmpty else { return false }
      run(call.arguments, input: call.input)
    case "env", "genv": environment(call)
    case "sudo", "doas", "sudoedit", "pkexec": privileged(call)
    case "su", "runuser": otherUser(call)
    case "xargs", "gxargs": xargs(call)
    case "parallel": parallel(call)
    case "find", "gfind": find(call)
    case "fd", "fdfind": fd(call)
    case "watch": watch(call)
    case "script", "flock": codeOption(call, ["-c", "--command"])
    case "tmux", "screen", "byobu": multiplexer(call)
    case "at", "batch": scheduled(call)
    case "crontab": crontab(call)
    case "rm", "grm", "srm", "unlink", "trash", "trash-put": remove(call)
    case "dd": copyBlocks(call)
    case "cp", "gcp", "mv", "gmv", "ln", "install", "rename", "scp": place(call)
    case "tee": tee(call)
    case "truncate": truncate(call)
    case "chmod", "chown", "chgrp": permissions(call)
    case "kill": kill(call)
    case "sed", "gsed": sed(call)
    case "awk", "gawk", "mawk", "nawk": awk(call)
    case "git": return git(call)
    case "curl": curl(call)
    case "wget": wget(call)
    case "http", "https", "xh": httpie(call)
    default: return interpreter(call) || database(call)
    }
    return true
  }

  private mutating func sourced(_ call: ShellInvocation) {
    guard let file = call.arguments.first else { return findings.add(.read, kind: "source") }
    switch file.process {
    case .text(let text): self.text(text)
    case .stream(let network):
      findings.add(.unknown, kind: "source", reasons: [network ? "remote_code" : "code_from_input"])
    default: findings.add(.write, kind: "source", reasons: ["runs_script"], objects: [file.text])
    }
  }

  private mutating func trapped(_ call: ShellInvocation) {
    findings.add(.read, kind: "trap")
    if let code = call.arguments.first(where: { !$0.isOption }), call.arguments.count > 1 { text(code.text) }
  }

  private mutating func aliased(_ call: ShellInvocation) {
    findings.add(.read, kind: "alias")
    for argument in call.arguments {
      guard let equals = argument.text.firstIndex(of: "=") else { continue }
      let code = String(argument.text[argument.text.index(after: equals)...])
      // Counted where it stands: it may be called later in the session.
      text(code)
      aliases[String(argument.text[..<equals])] = code
    }
  }

  private mutating func builtinWrapper(_ call: ShellInvocation) {
    var rest = call.arguments[...]
    while let option = rest.first, option.isOption {
      rest.removeFirst()
      if call.program == "command", option.text.contains("v") || option.text.contains("V") {
        return findings.add(.read, kind: "command")
      }
      if option.text == "--" { break }
      if ["-a", "-f", "-o"].contains(option.text), call.program != "command" { rest = rest.dropFirst() }
    }
    guard !rest.isEmpty else { return findings.add(.read, kind: call.program) }
    if call.program != "time" {
      let name = rest[rest.startIndex].text
      functions.remove(name)
    }
    run(Array(rest), input: call.input)
  }

  private mutating func entered(_ call: ShellInvocation) {
    findings.add(.read, kind: call.program)
    guard let target = call.arguments.last else {
      isInTemporary = false
      return
    }
    if target.text.hasPrefix("/") || target.text.hasPrefix("~") || target.isPartlyUnknown || target.text.contains("..")
    {
      isInTemporary = PathRank(target) == .temporary
    }
  }

  private mutating func assignsUnknown(_ call: ShellInvocation) {
    findings.add(.read, kind: call.program)
    let given: String? = if case .text(let text) = call.input { text } else { nil }
    let names = call.parsed(["-p", "-n", "-N", "-t", "-u", "-d", "-i", "-C", "-c", "-s", "-O"]).operands
    for name in names where !name.isPartlyUnknown {
      let line = given?.split(separator: "\n").first.map(String.init)
      variables[name.text] = [names.count == 1 ? line ?? String(ShellArgument.gap) : String(ShellArgument.gap)]
    }
    if names.isEmpty { variables["REPLY"] = [String(ShellArgument.gap)] }
  }

  private mutating func positional(_ call: ShellInvocation) {
    findings.add(.read, kind: "set")
    guard let dashes = call.arguments.firstIndex(where: { $0.text == "--" }) else { return }
    let values = call.arguments[(dashes + 1)...].map(\.text)
    setPositional(values)
  }

  mutating func setPositional(_ values: [String]) {
    variables["@"] = values
    variables["*"] = values
    for (index, value) in values.prefix(9).enumerated() { variables["\(index + 1)"] = [value] }
  }

  /// A shell: code in an argument, a script, or its input.
  private mutating func shell(_ call: ShellInvocation) {
    var rest = call.arguments[...]
    var code: ShellArgument?
    var takesCode = false
    while let option = rest.first, option.text.hasPrefix("-") || option.text.hasPrefix("+"), option.text != "-" {
      rest.removeFirst()
      if option.text == "--" { break }
      if call.program.hasPrefix("p"), option.text.lowercased().hasPrefix("-e"), option.text.lowercased() != "-ex" {
        return findings.add(.unknown, kind: call.program, reasons: ["encoded_code"])
      } else if ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"].contains(option.text) {
        rest = rest.dropFirst()
      } else if option.text.lowercased() == "-command" || (!option.text.hasPrefix("--") && option.text.contains("c")) {
        takesCode = true
      } else if option.text == "--help" || option.text == "--version" {
        return findings.add(.read, kind: call.program)
      } else if !option.text.hasPrefix("--"), option.text.contains("s") {
        rest = []
      }
    }
    if takesCode { code = rest.popFirst() }
    if let code {
      let saved = variables
      if rest.count > 1 { setPositional(rest.dropFirst().map(\.text)) }
      if let zero = rest.first { variables["0"] = [zero.text] }
      text(code.text, input: call.input)
      variables = saved
      return
    }
    if takesCode { return findings.add(.read, kind: call.program) }
    if let script = rest.first, script.text != "-" {
      if let process = script.process { return shellInput(process, call.program) }
      if PathRank(script) == .nowhere { return shellInput(call.input, call.program) }
      if script.isWhollyUnknown { return findings.add(.unknown, kind: call.program, reasons: ["code_unknown"]) }
      return findings.add(.write, kind: call.program, reasons: ["runs_script"], objects: [script.text])
    }
    shellInput(call.input, call.program)
  }

  private mutating func shellInput(_ input: ShellInput, _ kind: String) {
    switch input {
    case .inherited: findings.add(.write, kind: kind, reasons: ["interactive_shell"])
    case .text(let code): text(code)
    case .file(let name): findings.add(.write, kind: kind, reasons: ["runs_script"], objects: [name])
    case .stream(let network):
      findings.add(.unknown, kind: kind, reasons: [network ? "remote_code" : "code_from_input"])
    }
  }
}
