import SessionModel

extension ShellWalker {
  /// Interpreters: by name, the options whose value is code and those that take other values.
  private static let interpreters: [String: (code: [String], valued: [String], language: CodeReading.Language)] = [
    "python": (["-c"], ["-m", "-W", "-X"], .python), "pypy": (["-c"], ["-m", "-W", "-X"], .python),
    "ipython": (["-c"], ["-m"], .python),
    "node": (["-e", "--eval", "-p", "--print", "-pe"], ["-r", "--require"], .script),
    "nodejs": (["-e", "--eval", "-p", "--print"], ["-r", "--require"], .script),
    "bun": (["-e", "--eval", "-p"], [], .script), "deno": ([], [], .script), "tsx": (["-e", "--eval"], [], .script),
    "ts-node": (["-e", "--eval"], [], .script), "perl": (["-e", "-E"], ["-I", "-M", "-m"], .perl),
    "ruby": (["-e"], ["-I", "-r"], .ruby), "jruby": (["-e"], ["-I", "-r"], .ruby), "php": (["-r"], ["-d", "-f"], .php),
    "lua": (["-e"], ["-l"], .script), "luajit": (["-e"], ["-l"], .script), "Rscript": (["-e"], [], .script),
    "julia": (["-e", "-E"], [], .script), "osascript": (["-e"], [], .script), "groovy": (["-e"], [], .script),
    "elixir": (["-e", "--eval"], [], .script), "swift": (["-e"], [], .script), "scala": (["-e"], [], .script),
    "expect": (["-c"], [], .script), "tclsh": ([], [], .script), "irb": (["-e"], ["-r"], .ruby),
    "psysh": ([], [], .php), "guile": (["-c"], [], .script), "sbcl": (["--eval"], [], .script),
    "racket": (["-e"], [], .script), "raku": (["-e"], [], .perl), "emacs": (["--eval"], [], .script),
  ]

  mutating func interpreter(_ call: ShellInvocation) -> Bool {
    let name = Self.withoutVersion(call.program)
    guard let known = Self.interpreters[call.program] ?? Self.interpreters[name] else { return false }
    if call.asksForHelp || call.arguments.first?.text == "-v" {
      findings.add(.read, kind: name)
      return true
    }
    let parsed = call.parsed(Set(known.code + known.valued), stopsAtOperand: true)
    let code = parsed.values.filter { known.code.contains($0.option) }.map(\.value.text)
    if !code.isEmpty {
      self.code(code.joined(separator: "\n"), known.language, kind: name, parsed)
      return true
    }
    if let module = parsed.value("-m"), known.language == .python {
      let rest = call.arguments.drop { $0.text != module.text && $0.text != "-m\(module.text)" }.dropFirst()
      runsModule(module, Array(rest), call.input)
      return true
    }
    guard let script = parsed.operands.first, script.text != "-" else {
      codeInput(call.input, known.language, name)
      return true
    }
    if let process = script.process {
      codeInput(process, known.language, name)
    } else if script.text == "eval", name == "deno" || name == "bun", parsed.operands.count > 1 {
      self.code(parsed.operands[1].text, known.language, kind: name, parsed)
    } else if ["run", "test", "install", "add", "x", "task", "fmt", "lint", "check", "cache"].contains(script.text),
      name == "deno" || name == "bun"
    {
      if script.text == "x", parsed.operands.count > 1 { run(Array(parsed.operands.dropFirst()), input: call.input) }
      findings.add(.write, kind: "\(name)_\(script.text)", reasons: ["runs_script"])
    } else if script.isWhollyUnknown {
      findings.add(.unknown, kind: name, reasons: ["code_unknown"])
    } else if programs.programs[Self.baseName(script.text)] != nil {
      // A tool that is started by way of its interpreter: `python manage.py flush`.
      run(parsed.operands, input: call.input)
    } else {
      findings.add(.write, kind: name, reasons: ["runs_script"], objects: [script.text])
    }
    return true
  }

  private mutating func runsModule(_ module: ShellArgument, _ arguments: [ShellArgument], _ input: ShellInput) {
    if ["json.tool", "this", "site", "platform", "calendar"].contains(module.text) {
      return findings.add(.read, kind: "python_\(module.text)")
    }
    if programs.programs[module.text] != nil {
      return run([module] + arguments, input: input)
    }
    findings.add(.write, kind: "python", reasons: ["runs_module"], objects: [module.text])
  }

  private mutating func codeInput(_ input: ShellInput, _ language: CodeReading.Language, _ kind: String) {
    switch input {
    case .inherited: findings.add(.write, kind: kind, reasons: ["interactive_interpreter"])
    case .text(let code): self.code(code, language, kind: kind, nil)
    case .file(let name): findings.add(.write, kind: kind, reasons: ["runs_script"], objects: [name])
    case .stream(let network):
      findings.add(.unknown, kind: kind, reasons: [network ? "remote_code" : "code_from_input"])
    }
  }

  /// Code of another language: its shell-outs, its deleting calls, its SQL. Never followed, only looked through.
  mutating func code(_ code: String, _ language: CodeReading.Language, kind: String, _ parsed: ParsedArguments?) {
    guard step() else { return }
    if !code.isEmpty, code.allSatisfy({ $0 == ShellArgument.gap || $0.isWhitespace }) {
      return findings.add(.unknown, kind: kind, reasons: ["code_unknown"])
    }
    let reading = CodeReading(code, language)
    for reason in reading.dynamic { findings.add(.unknown, kind: kind, reasons: ["dynamic_code", "code:\(reason)"]) }
    if !reading.deleting.isEmpty {
      let paths = reading.literals.filter { $0.contains("/") }
      let isTemporary = !paths.isEmpty && paths.allSatisfy { PathRank(ShellArgument(text: $0)) == .temporary }
      findings.add(
        isTemporary ? .write : .destructive, kind: kind, reasons: reading.deleting.map { "code:\($0)" }, objects: paths)
    }
    if !reading.shellOuts.isEmpty { shellOuts(reading, kind) }
    for literal in reading.statements { findings.add(sql.read(literal, context: StatementContext()), client: kind) }
    for literal in reading.literals where PathRank(ShellArgument(text: literal)) == .secret {
      findings.note("secret_file")
    }
    if reading.sends { findings.note("sends_data") }
    findings.add(.write, kind: kind, reasons: ["inline_code"])
  }

  private mutating func shellOuts(_ reading: CodeReading, _ kind: String) {
    findings.note("shell_out")
    if reading.commands.isEmpty {
      return findings.add(.unknown, kind: kind, reasons: ["shell_out_unknown"])
    }
    for words in reading.commands {
      if words.count == 1 {
        text(words[0].last == " " ? words[0] + String(ShellArgument.gap) : words[0])
      } else {
        run(words.map { ShellArgument(text: $0) }, input: .inherited)
      }
    }
  }

  mutating func awk(_ call: ShellInvocation) {
    let parsed = call.parsed(
      ["-F", "-v", "-f", "--file", "--field-separator", "--assign", "-e", "--source", "-i"], stopsAtOperand: true)
    if parsed.value("-f", "--file") != nil {
      return findings.add(.write, kind: "awk", reasons: ["runs_script"])
    }
    guard let program = parsed.value("-e", "--source") ?? parsed.operands.first else {
      return findings.add(.read, kind: "awk")
    }
    let reading = CodeReading(program.text, .awk)
    findings.add(.read, kind: "awk")
    noteSecrets(Array(parsed.operands.dropFirst()))
    if !reading.shellOuts.isEmpty { shellOuts(reading, "awk") }
    if reading.writesFile { findings.add(.write, kind: "awk") }
    if parsed.value("-i")?.text == "inplace" {
      findings.add(.write, kind: "awk", objects: parsed.operands.dropFirst().map(\.text))
    }
  }

  mutating func sed(_ call: ShellInvocation) {
    let parsed = call.parsed(["-e", "--expression", "-f", "--file", "-l"])
    if call.asksForHelp { return findings.add(.read, kind: "sed") }
    var scripts = parsed.allValues("-e", "--expression").map(\.text)
    var files = parsed.operands
    if scripts.isEmpty, parsed.value("-f", "--file") == nil, let first = files.first {
      scripts = [first.text]
      files.removeFirst()
    }
    noteSecrets(files)
    if scripts.contains(where: SedScript.executes) {
      findings.add(.unknown, kind: "sed", reasons: ["executes_text"])
    }
    let isInPlace = parsed.options.contains { $0.hasPrefix("--in-place") || (!$0.hasPrefix("--") && $0.contains("i")) }
    guard isInPlace else { return findings.add(.read, kind: "sed") }
    for file in files { wrote(file, kind: "sed", overwrites: true) }
    findings.add(.write, kind: "sed")
  }
}
