/// What `${name…}` gives, where the text decides it.
///
/// Source: Bash manual 3.5.3 "Shell Parameter Expansion".
struct ParameterOperation {
  let operation: String
  /// Its value: evaluated once, however often it is used, as arguments nest.
  let argument: String
  let known: [String]?
  let name: String

  var values: [String] {
    let gap = [String(ShellArgument.gap)]
    switch operation {
    case "": return known ?? gap
    case ":-", "-", ":=", "=":
      // Without a value of the text's own, the default is as likely as what the environment holds.
      if let known { return known }
      return [argument]
    case ":+", "+": return [argument]
    case ":?", "?": return known ?? gap
    case ":": return sliced(argument).map { [$0] } ?? gap
    case "^^": return known.map { $0.map { $0.uppercased() } } ?? gap
    case ",,": return known.map { $0.map { $0.lowercased() } } ?? gap
    case "^": return known.map { $0.map { $0.prefix(1).uppercased() + $0.dropFirst() } } ?? gap
    case ",": return known.map { $0.map { $0.prefix(1).lowercased() + $0.dropFirst() } } ?? gap
    case "/", "//": return replaced(argument).map { [$0] } ?? gap
    case "#", "##": return trimmed(argument, fromStart: true).map { [$0] } ?? gap
    case "%", "%%": return trimmed(argument, fromStart: false).map { [$0] } ?? gap
    default: return gap
    }
  }

  private var single: String? {
    guard let known, known.count == 1, !known[0].contains(ShellArgument.gap), !known[0].contains("$") else {
      return nil
    }
    return known[0]
  }

  private func sliced(_ argument: String) -> String? {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map {
      Int($0.trimming(while: { $0 == " " }))
    }
    guard let start = numbers.first ?? nil, start >= 0, numbers.count <= 2 else { return nil }
    // The first character of these is a slash wherever a shell runs.
    if start == 0, numbers.last == 1, ["PATH", "HOME", "PWD", "SHELL", "OLDPWD"].contains(name) { return "/" }
    guard let text = single, start <= text.count else { return nil }
    let rest = text.dropFirst(start)
    guard numbers.count == 2 else { return String(rest) }
    guard let length = numbers[1], length >= 0 else { return nil }
    return String(rest.prefix(length))
  }

  private func replaced(_ argument: String) -> String? {
    guard let text = single, let slash = argument.firstIndex(of: "/") else {
      guard let text = single, Self.isPlain(argument), !argument.isEmpty else { return nil }
      return operation == "//"
        ? text.replacing(argument, with: "") : text.replacing(argument, with: "", maxReplacements: 1)
    }
    let pattern = String(argument[..<slash])
    guard Self.isPlain(pattern), !pattern.isEmpty else { return nil }
    let new = String(argument[argument.index(after: slash)...])
    let result =
      operation == "//" ? text.replacing(pattern, with: new) : text.replacing(pattern, with: new, maxReplacements: 1)
    return result.utf8.count > ShellWalker.maximumValue ? nil : result
  }

  private func trimmed(_ pattern: String, fromStart: Bool) -> String? {
    guard let text = single, Self.isPlain(pattern) else { return nil }
    if fromStart { return text.hasPrefix(pattern) ? String(text.dropFirst(pattern.count)) : text }
    return text.hasSuffix(pattern) ? String(text.dropLast(pattern.count)) : text
  }

  private static func isPlain(_ pattern: String) -> Bool {
    !pattern.contains { "*?[\\#%".contains($0) || $0 == ShellArgument.gap }
  }
}

extension Substring {
  fileprivate func trimming(while condition: (Character) -> Bool) -> Substring {
    var rest = drop(while: condition)
    while let last = rest.last, condition(last) { rest.removeLast() }
    return rest
  }
}
