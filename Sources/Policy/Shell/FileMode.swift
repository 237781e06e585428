/// A mode as `chmod` takes it, octal or symbolic. Source: POSIX.1-2017, `chmod`.
struct FileMode {
  private var octal: Int?
  private var clauses: [Substring] = []

  init(_ text: String) {
    octal = text.utf8.count <= 5 && text.allSatisfy { ("0"..."7").contains($0) } ? Int(text, radix: 8) : nil
    let isSymbolic = text.contains { "+-=".contains($0) } && text.allSatisfy { "ugoa+-=rwxXst,".contains($0) }
    if octal == nil, isSymbolic { clauses = text.split(separator: ",") }
  }

  var setsUser: Bool {
    if let octal { return octal & 0o4000 != 0 }
    return clauses.contains { $0.contains("s") && !$0.contains("-") && !$0.hasPrefix("g") }
  }

  var setsGroup: Bool {
    if let octal { return octal & 0o2000 != 0 }
    return clauses.contains { $0.contains("s") && !$0.contains("-") }
  }

  /// Anybody may write.
  var isOpen: Bool {
    if let octal { return octal & 0o002 != 0 }
    return clauses.contains { clause in
      let who = clause.prefix { "ugoa".contains($0) }
      return clause.contains("w") && !clause.contains("-") && (who.isEmpty || who.contains("o") || who.contains("a"))
    }
  }

  /// Its owner's alone.
  var isPrivate: Bool {
    if let octal { return octal & 0o077 == 0 && octal != 0 }
    return !clauses.isEmpty && clauses.allSatisfy { $0.hasPrefix("go-") || $0.hasPrefix("go=") || $0.hasPrefix("u") }
  }

  var isNothing: Bool { octal == 0 }
}
