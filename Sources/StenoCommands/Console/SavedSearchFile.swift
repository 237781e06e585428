import ConsoleCore
import Foundation
import TOMLKit

/// A person's saved searches: `$XDG_CONFIG_HOME/steno/searches.toml`, a name and a query a line.
///
/// ```toml
/// "denied today" = "verdict:deny after:-1d"
/// ```
struct SavedSearchFile: Sendable {
  private static let maximumBytes = 1 << 20

  let path: String

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let home = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(NSHomeDirectory())/.config"
    path = "\(home)/steno/searches.toml"
  }

  /// In the order of their names; none where there is no file.
  /// - Throws: `CommandFailure` for a file that cannot be used, which is then left as it is.
  func load() throws -> [SavedSearch] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path), data.count < Self.maximumBytes else {
      throw CommandFailure("cannot read \(path)")
    }
    let table: TOMLTable
    do { table = try TOMLTable(string: String(decoding: data, as: UTF8.self)) } catch let error as TOMLParseError {
      throw CommandFailure("\(path): line \(error.source.begin.line): not TOML")
    }
    return try table.keys.sorted().prefix(SavedSearch.maximum).map { name in
      guard let query = table[name]?.string else {
        throw CommandFailure("\(path): \(Shown.line(name, limit: 40)): must be a query in quotes")
      }
      return SavedSearch(name: name, query: query)
    }
  }

  /// Puts a search in, in the place of one of that name.
  /// - Returns: what the file holds then.
  func save(_ search: SavedSearch) throws -> [SavedSearch] {
    try write(try load().filter { $0.name != search.name } + [search])
  }

  func remove(_ name: String) throws -> [SavedSearch] {
    try write(try load().filter { $0.name != name })
  }

  private func write(_ searches: [SavedSearch]) throws -> [SavedSearch] {
    let sorted = searches.sorted { $0.name < $1.name }
    let text = sorted.map { "\(Self.quoted($0.name)) = \(Self.quoted($0.query))\n" }.joined()
    do {
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw CommandFailure("cannot write \(path)")
    }
    return sorted
  }

  /// A basic string. Source: TOML 1.0, "String".
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      case _: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
