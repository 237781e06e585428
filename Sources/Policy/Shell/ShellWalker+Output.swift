import ShellSyntax

extension ShellWalker {
  /// What a script prints, where its text decides that; trailing newlines are gone, as a substitution drops them.
  mutating func output(of script: ShellScript) -> String? {
    guard script.pipelines.count == 1, let pipeline = script.pipelines.first else { return nil }
    var input = ShellInput.inherited
    for command in pipeline.commands { input = output(of: command, input: input) }
    guard case .text(let text) = input else { return nil }
    return String(text.reversed().drop { $0 == "\n" }.reversed())
  }

  /// What a command writes to a pipe.
  mutating func output(of command: ShellCommand, input: ShellInput) -> ShellInput {
    depth += 1
    defer { depth -= 1 }
    var input = input
    for redirection in command.redirections {
      switch redirection.operation {
      case .hereDocument: input = .text(quietValue(redirection.target))
      case .hereString: input = .text(quietValue(redirection.target) + "\n")
      case .input: input = .file(quietValue(redirection.target))
      default: break
      }
    }
    let network = input.isNetwork || fetches(ShellScript([ShellPipeline([command])]))
    let unknown = ShellInput.stream(network: network)
    guard depth < Self.maximumDepth else { return unknown }
    switch command.body {
    case .group(let script), .subshell(let script):
      return output(of: script).map { .text($0 + "\n") } ?? unknown
    case .simple(let simple):
      guard step() else { return unknown }
      let words = quietly { quiet in
        var words: [ShellArgument] = []
        for word in simple.words { words += quiet.fields(of: word) }
        return words
      }
      guard let text = printed(words, input: input), text.utf8.count <= Self.maximumValue else { return unknown }
      return .text(text)
    default: return unknown
    }
  }

  /// The value without counting again what its substitutions do: they were walked where they stand.
  private mutating func quietValue(_ word: ShellWord) -> String {
    quietly { $0.value(of: word).text }
  }

  private mutating func quietly<Result>(_ evaluate: (inout ShellWalker) -> Result) -> Result {
    var quiet = self
    quiet.isQuiet = true
    let result = evaluate(&quiet)
    steps = quiet.steps
    return result
  }

  private func printed(_ words: [ShellArgument], input: ShellInput) -> String? {
    guard let program = words.first?.text else { return nil }
    let arguments = words.dropFirst().map(\.text)
    let name = Self.baseName(program)
    let given: String? = if case .text(let text) = input { text } else { nil }
    switch name {
    case "echo": return Self.echoed(arguments)
    case "printf": return PrintfText.text(arguments)
    case "command", "builtin", "sudo", "env", "nice", "exec":
      guard arguments.first.map({ !$0.hasPrefix("-") && !$0.contains("=") }) ?? false else {
        return arguments.count == 2 && arguments[0] == "-v" ? arguments[1] : nil
      }
      return printed(Array(words.dropFirst()), input: input)
    case "cat", "tee": return arguments.allSatisfy { $0 == "-" } || name == "tee" ? given : nil
    case "pwd": return "."
    case "which", "type": return arguments.count == 1 ? arguments[0] : nil
    case "basename": return arguments.first.map { Self.baseName($0) }
    case "mktemp": return "/tmp/mktemp"
    // Programs made to be evaluated: they print settings for the shell, and their own names are judged where they stand.
    case "ssh-agent", "dircolors", "register-python-argcomplete": return ""
    case "brew", "direnv", "pyenv", "rbenv", "nodenv", "jenv", "starship", "zoxide", "opam", "fnm", "mise":
      return ["shellenv", "hook", "init", "env", "activate"].contains(arguments.first) ? "" : nil
    case "rev":
      return given.map {
        $0.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.reversed()) }.joined(
          separator: "\n")
      }
    case "base64", "openssl", "base32", "xxd", "gbase64": return given.flatMap { DecodedText.text(name, arguments, $0) }
    case "tr": return given.flatMap { TranslatedText.text(arguments, $0) }
    default: return nil
    }
  }

  private static func echoed(_ arguments: [String]) -> String {
    var arguments = arguments[...]
    var escapes = false
    while let first = arguments.first, first.count > 1, first.hasPrefix("-"),
      first.dropFirst().allSatisfy({ "neE".contains($0) })
    {
      if first.contains("e") { escapes = true }
      arguments.removeFirst()
    }
    let text = arguments.joined(separator: " ")
    return (escapes || text.contains("\\x") || text.contains("\\0") ? PrintfText.unescaped(text) : text) + "\n"
  }

  /// Whether a script's output comes from the network.
  func fetches(_ script: ShellScript) -> Bool {
    script.pipelines.contains { pipeline in
      pipeline.commands.contains { command in
        guard case .simple(let simple) = command.body else { return false }
        return simple.words.prefix(4).contains {
          ["curl", "wget", "fetch", "nc", "ncat", "lynx", "aria2c", "http", "https", "xh", "dig", "nslookup", "host"]
            .contains(
              Self.baseName($0.literal ?? ""))
        }
      }
    }
  }

  static func baseName(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.index(after: slash)...])
  }
}
