import TOMLKit

/// Collects what is wrong, so that all of it is said at once.
final class ProblemList {
  private(set) var problems: [ConfigurationProblem] = []
  private let lines: KeyLines

  init(lines: KeyLines) {
    self.lines = lines
  }

  func error(_ path: String, _ message: String) {
    problems.append(ConfigurationProblem(.error, path: path, line: lines.line(of: path), message: message))
  }

  func warning(_ path: String, _ message: String) {
    problems.append(ConfigurationProblem(.warning, path: path, line: lines.line(of: path), message: message))
  }
}

/// Reads one table strictly: every key must be asked for, or `finish` names it.
struct SectionReader {
  let path: String
  let problems: ProblemList
  private let table: TOMLTable
  private var seen: Set<String> = []

  init(_ table: TOMLTable, path: String, problems: ProblemList) {
    self.table = table
    self.path = path
    self.problems = problems
  }

  func path(_ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  func has(_ key: String) -> Bool {
    table.contains(key: key)
  }

  /// Number of the tables of `[[key]]`; 0 for anything else.
  func count(_ key: String) -> Int {
    table[key]?.array?.count ?? 0
  }

  func isText(_ key: String) -> Bool {
    table[key]?.type == .string
  }

  mutating func string(_ key: String) -> String? {
    guard let value = take(key) else { return nil }
    guard value.type == .string, let text = value.string else { return wrong(key, "a text", value.type) }
    return text
  }

  mutating func requiredString(_ key: String, example: String) -> String? {
    guard has(key) else {
      seen.insert(key)
      problems.error(path(key), "is missing; add for example \(key) = \(example)")
      return nil
    }
    guard let text = string(key) else { return nil }
    guard !text.isEmpty else {
      problems.error(path(key), "is empty; write for example \(key) = \(example)")
      return nil
    }
    return text
  }

  mutating func integer(_ key: String) -> Int? {
    guard let value = take(key) else { return nil }
    guard value.type == .int, let number = value.int else { return wrong(key, "a whole number", value.type) }
    return number
  }

  mutating func boolean(_ key: String) -> Bool? {
    guard let value = take(key) else { return nil }
    guard value.type == .bool, let truth = value.bool else { return wrong(key, "true or false", value.type) }
    return truth
  }

  func isBoolean(_ key: String) -> Bool { table[key]?.type == .bool }

  /// A list of texts, or one text alone.
  mutating func strings(_ key: String) -> [String]? {
    guard let value = take(key) else { return nil }
    if value.type == .string, let text = value.string { return [text] }
    guard value.type == .array, let array = value.array else {
      return wrong(key, "a text or a list of texts", value.type)
    }
    var texts: [String] = []
    for (index, element) in array.enumerated() {
      guard element.type == .string, let text = element.string else {
        problems.error("\(path(key))[\(index)]", "must be a text in quotes, but is a \(element.type)")
        continue
      }
      texts.append(text)
    }
    return texts
  }

  /// One of an enumeration's words.
  mutating func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let text = string(key) else { return nil }
    guard let word = Word.allCases.first(where: { $0.rawValue == text }) else {
      let known = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      problems.error(path(key), "is \(quoted(text)), which is none of \(known)")
      return nil
    }
    return word
  }

  mutating func table(_ key: String) -> SectionReader? {
    guard let value = take(key) else { return nil }
    guard value.type == .table, let table = value.table else { return wrong(key, "a table", value.type) }
    return SectionReader(table, path: path(key), problems: problems)
  }

  /// The tables of `[[key]]`.
  mutating func tables(_ key: String) -> [SectionReader] {
    guard let value = take(key) else { return [] }
    guard value.type == .array, let array = value.array else {
      problems.error(path(key), "must be a list of tables; write [[\(key)]] with two brackets")
      return []
    }
    var readers: [SectionReader] = []
    for (index, element) in array.enumerated() {
      let place = "\(path(key))[\(index)]"
      guard element.type == .table, let table = element.table else {
        problems.error(place, "must be a table; write [[\(key)]] and its keys below")
        continue
      }
      readers.append(SectionReader(table, path: place, problems: problems))
    }
    return readers
  }

  /// Names every key that nothing asked for.
  func finish(known: [String] = []) {
    for key in table.keys.sorted() where !seen.contains(key) {
      let names = seen.union(known).sorted()
      let near = nearest(key, among: names)
      let hint = near.map { "; did you mean \($0)?" } ?? "; known here: \(names.joined(separator: ", "))"
      problems.error(path(key), "is not a setting\(hint)")
    }
  }

  private mutating func take(_ key: String) -> (any TOMLValueConvertible)? {
    seen.insert(key)
    return table[key]
  }

  private func wrong<Value>(_ key: String, _ wanted: String, _ found: TOMLType) -> Value? {
    problems.error(path(key), "must be \(wanted), but is a \(found)")
    return nil
  }

  private func nearest(_ key: String, among names: [String]) -> String? {
    names.map { ($0, distance(Array(key), Array($0))) }.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
  }

  /// Edits (insert, remove, replace) from one word to another.
  private func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard left.count < 64, right.count < 64 else { return Int.max }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}

/// A text of the file for a message: short, in quotes, without control characters.
func quoted(_ text: String) -> String {
  let short = text.unicodeScalars.prefix(60).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
  return "\"\(short)\""
}
