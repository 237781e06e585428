import SessionModel

extension ShellWalker {
  /// What of git is no table: commands inside its options, and path arguments that make `checkout` discard. `false` where
  /// the table says the rest.
  mutating func git(_ call: ShellInvocation) -> Bool {
    let valued: Set<String> = [
      "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix",
    ]
    var rest = call.arguments[...]
    while let option = rest.first, option.isOption {
      rest.removeFirst()
      guard valued.contains(option.text) else { continue }
      if option.text == "-c", let setting = rest.first { self.setting(setting.text) }
      rest = rest.dropFirst()
    }
    guard let verb = rest.popFirst()?.text else { return false }
    let words = rest.map(\.text)
    switch verb {
    case "submodule":
      guard let at = words.firstIndex(of: "foreach") else { return false }
      text(words[(at + 1)...].filter { $0 != "--recursive" && $0 != "-q" }.joined(separator: " "))
      return true
    case "bisect":
      guard words.first == "run" else { return false }
      run(Array(rest.dropFirst()), input: .inherited)
      return true
    case "rebase":
      for code in ParsedArguments(rest, valued: ["-x", "--exec", "--onto", "-s", "-X"]).allValues("-x", "--exec") {
        text(code.text)
      }
      return false
    case "config":
      let parsed = ParsedArguments(rest, valued: ["-f", "--file", "--blob", "--type"])
      if parsed.operands.count > 1 { setting(parsed.operands[0].text + "=" + parsed.operands[1].text) }
      return false
    case "checkout":
      return checkout(
        call.program, ParsedArguments(rest, valued: ["-b", "-B", "--orphan", "--conflict", "--pathspec-from-file"]),
        words)
    default:
      return false
    }
  }

  /// A setting that runs a command: an alias that starts with `!`, an editor, a pager, a way to connect.
  private mutating func setting(_ setting: String) {
    guard let equals = setting.firstIndex(of: "=") else { return }
    let name = setting[..<equals].lowercased()
    let value = String(setting[setting.index(after: equals)...])
    if name.hasPrefix("alias.") {
      text(value.hasPrefix("!") ? String(value.dropFirst()) : "git " + value)
    } else if [
      "core.pager", "core.editor", "core.sshcommand", "core.fsmonitor", "sequence.editor", "diff.external",
      "core.hookspath",
    ].contains(name)
      || (name.hasPrefix("filter.") || name.hasPrefix("pager.") || name.hasPrefix("credential.")) && !value.isEmpty
    {
      if name.hasPrefix("credential.") && !value.hasPrefix("!") { return }
      if ["cat", "less", "vim", "vi", "nano", "true", "", "more", "emacs", "delta", "false"].contains(value)
        || value.hasPrefix("code")
      {
        return
      }
      if name == "core.hookspath" { return findings.add(.unknown, kind: "git_config", reasons: ["setting:\(name)"]) }
      text(value)
    }
  }

  private mutating func checkout(_ program: String, _ parsed: ParsedArguments, _ words: [String]) -> Bool {
    let isNew = parsed.has("-b") || parsed.has("--orphan") || parsed.has("-t") || parsed.has("--track")
    if parsed.has("-f") || parsed.has("--force", abbreviated: true) {
      findings.add(.destructive, kind: "git_checkout", reasons: ["discards_changes"])
    } else if parsed.has("-B") {
      findings.add(.destructive, kind: "git_checkout", reasons: ["moves_branch"])
    } else if isNew {
      findings.add(.write, kind: "git_checkout")
    } else if let dashes = words.firstIndex(of: "--"), dashes + 1 < words.count {
      findings.add(
        .destructive, kind: "git_checkout", reasons: ["discards_changes"], objects: Array(words[(dashes + 1)...]))
    } else if parsed.has("--ours") || parsed.has("--theirs") || parsed.has("--pathspec-from-file") {
      findings.add(.destructive, kind: "git_checkout", reasons: ["discards_changes"])
    } else if parsed.operands.count > 1 {
      // `checkout COMMIT PATH…` overwrites the files.
      findings.add(
        .destructive, kind: "git_checkout", reasons: ["discards_changes"], objects: parsed.operands.map(\.text))
    } else if let only = parsed.operands.first?.text, Self.isPathspec(only) {
      findings.add(.destructive, kind: "git_checkout", reasons: ["discards_changes"], objects: [only])
    } else {
      findings.add(.write, kind: "git_checkout")
    }
    return true
  }

  /// A name that no branch usually has: `.`, `./x`, `*.c`, `src/`, `:/`.
  private static func isPathspec(_ text: String) -> Bool {
    text == "." || text == ".." || text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("/")
      || text.hasSuffix("/")
      || text.hasPrefix(":") || text.contains("*") || text.hasPrefix("~/") || isFileName(text)
  }

  private static func isFileName(_ text: String) -> Bool {
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return false }
    return fileExtensions.contains(text[text.index(after: dot)...].lowercased())
  }

  private static let fileExtensions: Set<String> = [
    "py", "js", "ts", "tsx", "jsx", "rs", "go", "c", "h", "cc", "cpp", "hpp", "java", "kt", "swift", "rb", "php", "sh",
    "md", "txt",
    "json", "toml", "yaml", "yml", "lock", "html", "css", "scss", "sql", "xml", "cfg", "ini", "env", "vue", "svelte",
    "tf",
  ]
}
