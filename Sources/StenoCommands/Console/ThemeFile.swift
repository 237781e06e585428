import ConsoleCore
import Foundation
import TOMLKit

/// Themes as files: `inherits`, `[palette]` and `[roles]`, over the built-in dark one.
enum ThemeFile {
  /// - Parameter name: A file's path, or the name of a theme in one of the folders that themes are in.
  static func load(_ name: String) throws -> Theme {
    do {
      return try Theme(name: name, entries(name, depth: 0))
    } catch let fault as Theme.Fault {
      throw CommandFailure("theme \(Shown.line(name, limit: 80)): \(Shown.line(fault.description))")
    }
  }

  private static func entries(_ name: String, depth: Int) throws -> [String: String] {
    guard depth < 8 else { throw CommandFailure("theme \(Shown.line(name, limit: 80)): themes inherit in a circle") }
    guard let path = find(name) else {
      if name == "dark" { return Theme.defaultEntries }
      throw CommandFailure("no theme \(Shown.line(name, limit: 80)); looked in \(folders.joined(separator: ", "))")
    }
    guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
      throw CommandFailure("cannot read the theme \(path)")
    }
    let table: TOMLTable
    do { table = try TOMLTable(string: String(decoding: data, as: UTF8.self)) } catch let error as TOMLParseError {
      throw CommandFailure("\(path): line \(error.source.begin.line): not TOML: \(error.description)")
    }
    var all = Theme.defaultEntries
    if let parent = table["inherits"]?.string, parent != name { all = try entries(parent, depth: depth + 1) }
    for key in table.keys {
      switch key {
      case "inherits", "name": break
      case "palette", "roles":
        guard let section = table[key]?.table else { throw CommandFailure("\(path): \(key): must be a table") }
        flatten(section, prefix: key == "palette" ? "palette." : "", into: &all)
      case _:
        throw CommandFailure(
          "\(path): \(Shown.line(key, limit: 40)): is not a setting; palette, roles and inherits are")
      }
    }
    return all
  }

  /// Roles have dots in their names, which TOML reads as tables where they are not quoted.
  private static func flatten(_ table: TOMLTable, prefix: String, into all: inout [String: String]) {
    for key in table.keys {
      if let text = table[key]?.string {
        all[prefix + key] = text
      } else if let inner = table[key]?.table {
        flatten(inner, prefix: "\(prefix)\(key).", into: &all)
      }
    }
  }

  private static func find(_ name: String) -> String? {
    if name.contains("/") || name.hasSuffix(".toml") { return name }
    return folders.map { "\($0)/\(name).toml" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  private static var folders: [String] {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(NSHomeDirectory())/.config"
    let own = Daemons.ownFolder()
    // Beside an installed program, and in a checkout from its build folder.
    return ["\(home)/steno/themes", "\(own)/../share/steno/themes", "\(own)/../../../themes"]
      .map { ($0 as NSString).standardizingPath }
  }
}
