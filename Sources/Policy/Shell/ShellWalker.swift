import SessionModel
import ShellSyntax

/// Walks a parsed script in the order a shell would run it, knowing what earlier words fixed: variables, functions,
/// what a pipe carries. Every branch counts as taken.
struct ShellWalker {
  /// Commands that are looked at in one text, repeats by loops and functions included.
  static let maximumSteps = 4_000
  /// Nesting of the tree and of texts that turn out to be scripts, together.
  static let maximumDepth = 160
  /// Longest value that a variable or a substitution is followed to, in bytes.
  static let maximumValue = 16 << 10

  let limits: ShellLimits
  let programs: ProgramTable
  var findings = ShellFindings()
  /// By name; a value that is set but not known is one gap.
  var variables: [String: [String]] = [:]
  var functions: Set<String> = []
  var aliases: [String: String] = [:]
  /// Directory that `cd` went to, where it matters to what relative names mean: a temporary one.
  var isInTemporary = false
  /// The text now being walked was handed to a shell by another command, with files for arguments: one of many.
  var isBulk = false
  var depth = 0
  var steps = 0
  var isOverBudget = false
  /// Only values are wanted: what runs inside substitutions has been walked already.
  var isQuiet = false
  let sql = SQLClassifier()

  init(limits: ShellLimits, programs: ProgramTable) {
    self.limits = limits
    self.programs = programs
  }

  /// Takes one step of the budget; without any left the whole text is `unknown`.
  mutating func step() -> Bool {
    steps += 1
    if steps > Self.maximumSteps || depth > Self.maximumDepth {
      if !isOverBudget { findings.add(.unknown, kind: "unknown", reasons: ["too_complex"]) }
      isOverBudget = true
    }
    return !isOverBudget
  }

  mutating func script(_ script: ShellScript, input: ShellInput = .inherited) {
    depth += 1
    defer { depth -= 1 }
    for pipeline in script.pipelines {
      guard !isOverBudget else { return }
      self.pipeline(pipeline, input: input)
    }
  }

  /// Text that a command hands to a shell: `sh -c`, `eval`, a here-document for `bash`.
  mutating func text(_ text: String, input: ShellInput = .inherited, reason: String? = nil) {
    depth += 1
    defer { depth -= 1 }
    guard step() else { return }
    let code = text.drop { $0.isWhitespace }
    if !code.isEmpty, code.allSatisfy({ $0 == ShellArgument.gap || $0.isWhitespace }) {
      findings.add(.unknown, kind: "shell", reasons: ["code_unknown"])
      return
    }
    do {
      let parsed = try ShellParser.parse(text, limits: limits)
      if let reason { findings.note(reason) }
      script(parsed, input: input)
    } catch {
      findings.add(.unknown, kind: "shell", reasons: [error.rawValue])
    }
  }

  private mutating func pipeline(_ pipeline: ShellPipeline, input: ShellInput) {
    var input = input
    let saved = variables
    for (index, command) in pipeline.commands.enumerated() {
      guard step() else { return }
      let isLast = index == pipeline.commands.count - 1
      self.command(command, input: input)
      if !isLast { input = output(of: command, input: input) }
    }
    // Each part of a pipe runs in a shell of its own: what it assigned is gone, or at best not known.
    if pipeline.commands.count > 1 {
      for (name, value) in variables where saved[name] != value { variables[name] = [String(ShellArgument.gap)] }
    }
  }

  mutating func command(_ command: ShellCommand, input: ShellInput) {
    depth += 1
    defer { depth -= 1 }
    var input = input
    for redirection in command.redirections {
      if let changed = redirected(redirection, of: command) { input = changed }
    }
    switch command.body {
    case .simple(let simple): self.simple(simple, input: input)
    case .group(let inner): script(inner, input: input)
    case .subshell(let inner):
      let saved = (variables, isInTemporary)
      script(inner, input: input)
      (variables, isInTemporary) = saved
    case .conditional(let branches):
      var merged = variables
      for branch in branches {
        script(branch.condition, input: input)
        script(branch.body, input: input)
        merge(&merged)
      }
      variables = merged
    case .loop(let condition, let body):
      script(condition, input: input)
      assignedUnknown(in: body)
      script(body, input: input)
    case .forEach(let name, let words, let body): forEach(name, words, body, input)
    case .forArithmetic(let head, let body):
      substitutions(in: head)
      script(body, input: input)
    case .cases(let subject, let clauses):
      _ = fields(of: subject)
      var merged = variables
      for clause in clauses {
        for pattern in clause.patterns { substitutions(in: pattern) }
        script(clause.body, input: input)
        merge(&merged)
      }
      variables = merged
    case .test(let words):
      for word in words { substitutions(in: word) }
      findings.add(.read, kind: "test")
    case .arithmetic(let word):
      substitutions(in: word)
      findings.add(.read, kind: "arithmetic")
    case .function(let name, let body): function(name, body)
    }
  }

  /// After a branch that may not have run, a variable that it changed may hold either.
  private mutating func merge(_ merged: inout [String: [String]]) {
    for (name, value) in variables where merged[name] != value {
      merged[name] = merged[name] == nil ? value : [String(ShellArgument.gap)]
    }
  }

  private mutating func forEach(_ name: String, _ words: [ShellWord]?, _ body: ShellScript, _ input: ShellInput) {
    var values: [ShellArgument] = []
    for word in words ?? [] { values += fields(of: word) }
    assignedUnknown(in: body)
    let isKnown = words != nil && values.count <= 8 && !values.contains { $0.isPartlyUnknown || $0.hasPattern }
    if isKnown {
      for value in values {
        variables[name] = [value.text]
        script(body, input: input)
      }
    } else {
      let prefix = values.count == 1 ? values[0].text.prefix { $0 != "*" && $0 != "?" && $0 != "[" } : ""
      variables[name] = [String(prefix) + String(ShellArgument.gap)]
      script(body, input: input)
    }
  }

  /// A loop's body may see what an earlier turn assigned: appended variables are not known.
  private mutating func assignedUnknown(in body: ShellScript) {
    for pipeline in body.pipelines {
      for command in pipeline.commands {
        guard case .simple(let simple) = command.body else { continue }
        for assignment in simple.assignments where assignment.appends {
          variables[assignment.name] = [String(ShellArgument.gap)]
        }
      }
    }
  }

  private mutating func function(_ name: String, _ body: ShellCommand) {
    functions.insert(name)
    let saved = variables
    if Self.callsItselfInParallel(name, body) {
      findings.add(.destructive, kind: "function", reasons: ["fork_bomb"])
      return
    }
    findings.add(.read, kind: "function")
    // Counted where it stands: it may be called later in the session.
    command(body, input: .inherited)
    variables = saved
  }

  private static func callsItselfInParallel(_ name: String, _ body: ShellCommand) -> Bool {
    let inner: ShellScript
    switch body.body {
    case .group(let script), .subshell(let script): inner = script
    default: return false
    }
    return inner.pipelines.contains { pipeline in
      let calls = pipeline.commands.filter { command in
        guard case .simple(let simple) = command.body else { return false }
        return simple.words.first?.literal == name
      }.count
      return calls > 1 || (calls == 1 && pipeline.connector == .background)
    }
  }
}
