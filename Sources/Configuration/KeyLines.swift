/// Where keys stand in the file. The TOML library tells lines of syntax errors only, so this finds those of keys:
/// headers and `key =` at the start of a line; for a key inside an inline table, its line is that of the table.
struct KeyLines {
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    var counts: [String: Int] = [:]
    var prefix = ""
    var fence: String?
    for (number, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.drop { $0 == " " || $0 == "\t" }
      if let open = fence {
        if line.contains(open) { fence = nil }
        continue
      }
      if line.hasPrefix("[["), let end = line.range(of: "]]") {
        let name = line[line.index(line.startIndex, offsetBy: 2)..<end].trimmingSpaces()
        let index = counts[name, default: 0]
        counts[name] = index + 1
        prefix = "\(name)[\(index)]"
        lines[prefix] = number + 1
      } else if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        let name = line[line.index(after: line.startIndex)..<end].trimmingSpaces()
        // `[connection.upstream]` belongs to the last `[[connection]]` before it.
        let head = name.prefix { $0 != "." }
        prefix = counts[String(head)].map { "\(head)[\($0 - 1)]" + name.dropFirst(head.count) } ?? name
        lines[prefix] = number + 1
      } else if let equals = line.firstIndex(of: "="), !line.hasPrefix("#") {
        let key = line[..<equals].trimmingSpaces().filter { $0 != "\"" && $0 != "'" }
        let path = prefix.isEmpty ? key : "\(prefix).\(key)"
        if lines[path] == nil { lines[path] = number + 1 }
        for mark in ["\"\"\"", "'''"] where line.components(of: mark) == 2 { fence = mark }
      }
    }
  }

  /// The line of this key path, or of the nearest thing around it.
  func line(of path: String) -> Int? {
    var path = Substring(path)
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
      path = path[..<cut]
    }
    return nil
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
  }

  fileprivate func range(of mark: String) -> Index? {
    var rest = self
    while !rest.isEmpty {
      if rest.hasPrefix(mark) { return rest.startIndex }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// Pieces that `mark` cuts this line into, as far as needed to tell one mark from two.
  fileprivate func components(of mark: String) -> Int {
    var pieces = 1
    var rest = self
    while let found = rest.range(of: mark) {
      pieces += 1
      rest = rest[found...].dropFirst(mark.count)
    }
    return pieces
  }

  fileprivate func contains(_ mark: String) -> Bool {
    range(of: mark) != nil
  }
}
