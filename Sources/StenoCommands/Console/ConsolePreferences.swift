import ConsoleCore
import Foundation
import TOMLKit

/// What a person wants of their console: `$XDG_CONFIG_HOME/steno/console.toml`.
///
/// ```toml
/// theme = "light"
/// lock_after = "15m"     # for those who may approve; "never" turns it off
///
/// [keys]
/// sort = ["s"]
/// ```
///
/// A file that cannot be read never keeps the console from starting: what is wrong is told, and the default stands in its place.
struct ConsolePreferences {
  var theme = Theme.standard
  var keys = Keymap.standard
  /// Microseconds.
  var lockAfter: Int64? = 15 * 60_000_000
  /// What could not be used, and why. The first is shown.
  var faults: [String] = []

  /// - Parameter theme: Named by the command line or the environment; goes before the file's.
  init(theme named: String?, environment: [String: String] = ProcessInfo.processInfo.environment) {
    let home = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(NSHomeDirectory())/.config"
    let path = "\(home)/steno/console.toml"
    var theme = named
    if let table = read(path) {
      if theme == nil { theme = table["theme"]?.string }
      take(table, path)
    }
    guard let theme else { return }
    do {
      self.theme = try ThemeFile.load(theme)
    } catch {
      faults.append("\(error); the default theme is used")
    }
  }

  private mutating func read(_ path: String) -> TOMLTable? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
      faults.append("cannot read \(path); the defaults are used")
      return nil
    }
    do {
      return try TOMLTable(string: String(decoding: data, as: UTF8.self))
    } catch let error as TOMLParseError {
      faults.append("\(path): line \(error.source.begin.line): not TOML; the defaults are used")
    } catch {
      faults.append("\(path): not TOML; the defaults are used")
    }
    return nil
  }

  private mutating func take(_ table: TOMLTable, _ path: String) {
    for key in table.keys {
      switch key {
      case "theme":
        if table[key]?.string == nil { faults.append("\(path): theme: must be a name or a file") }
      case "lock_after":
        let text = table[key]?.string ?? ""
        if text == "never" {
          lockAfter = nil
        } else if let time = ConsolePreferences.duration(text) {
          lockAfter = time
        } else {
          faults.append("\(path): lock_after: must be \"15m\", \"90s\" or \"never\"")
        }
      case "keys":
        guard let section = table[key]?.table else {
          faults.append("\(path): keys: must be a table")
          continue
        }
        bind(section, path)
      case _: faults.append("\(path): \(Shown.line(key, limit: 40)): is not a setting; theme, lock_after and keys are")
      }
    }
  }

  private mutating func bind(_ section: TOMLTable, _ path: String) {
    var own: [String: [String]] = [:]
    for name in section.keys {
      if let one = section[name]?.string {
        own[name] = [one]
      } else if let list = section[name]?.array, list.allSatisfy({ $0.string != nil }) {
        own[name] = list.compactMap(\.string)
      } else {
        faults.append("\(path): keys.\(Shown.line(name, limit: 40)): must be a key or a list of keys")
        return
      }
    }
    do {
      keys = try Keymap(own: own)
    } catch {
      faults.append("\(path): \(Shown.line(error.description)); the standard keys are used")
    }
  }

  /// `15m`, `90s`, `1h`: in microseconds.
  private static func duration(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (1...100_000).contains(count)
    else { return nil }
    return count * unit * 1_000_000
  }
}
