import Foundation
import Policy
import SessionModel
import TOMLKit

extension StenoConfiguration {
  /// Largest file accepted, in bytes.
  static let largestFile = 4 << 20
  /// Longest path of a Unix socket in bytes, without its final zero (unix(7), `sun_path`).
  package static let longestSocketPath = 107

  /// Reads and validates a configuration file. Unknown keys are errors, and every error is collected before any is thrown.
  /// - Parameter path: The file; relative paths inside it refer to its directory.
  package static func load(path: String) throws(ConfigurationErrors) -> StenoConfiguration {
    let file = absolute(path, in: FileManager.default.currentDirectoryPath)
    let text: String
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      guard data.count <= largestFile else {
        throw ConfigurationErrors(file: path, problems: [.init(path: "", message: "is larger than 4 MiB; split it")])
      }
      guard let decoded = String(data: data, encoding: .utf8) else {
        throw ConfigurationErrors(file: path, problems: [.init(path: "", message: "is not UTF-8 text")])
      }
      text = decoded
    } catch let errors as ConfigurationErrors {
      throw errors
    } catch {
      let exists = FileManager.default.fileExists(atPath: file)
      let message =
        exists
        ? "cannot be read; check its permissions and its user"
        : "no such file; `steno init DIR` writes one, `--config FILE` names another"
      throw ConfigurationErrors(file: path, problems: [.init(path: "", message: message)])
    }
    return try parse(text, file: file, shownAs: path)
  }

  /// Validates a configuration's text as if it stood at `file`.
  package static func parse(
    _ text: String, file: String, shownAs: String? = nil
  ) throws(ConfigurationErrors) -> StenoConfiguration {
    let shown = shownAs ?? file
    let table: TOMLTable
    do {
      // The library reads a C string: what follows a zero byte would be left out without a word.
      if let zero = text.utf8.firstIndex(of: 0) {
        let line = text.utf8[..<zero].count { $0 == UInt8(ascii: "\n") } + 1
        throw ConfigurationErrors(file: shown, problems: [.init(path: "", line: line, message: "has a zero byte")])
      }
      table = try TOMLTable(string: text)
    } catch let errors as ConfigurationErrors {
      throw errors
    } catch let error as TOMLParseError {
      let problem = ConfigurationProblem(
        path: "", line: error.source.begin.line, message: "not TOML: \(error.description)")
      throw ConfigurationErrors(file: shown, problems: [problem])
    } catch {
      throw ConfigurationErrors(file: shown, problems: [.init(path: "", message: "not TOML")])
    }
    let problems = ProblemList(lines: KeyLines(text))
    var reader = ConfigurationReader(
      root: SectionReader(table, path: "", problems: problems), directory: parent(of: file), problems: problems)
    let configuration = reader.read(file: file)
    if problems.problems.contains(where: { $0.severity == .error }) {
      throw ConfigurationErrors(file: shown, problems: problems.problems)
    }
    guard let configuration else {
      throw ConfigurationErrors(file: shown, problems: [.init(path: "", message: "is incomplete")])
    }
    return configuration
  }

  package static func absolute(_ path: String, in directory: String) -> String {
    let joined = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    var parts: [Substring] = []
    for part in joined.split(separator: "/") {
      if part == "." { continue }
      if part == ".." {
        _ = parts.popLast()
        continue
      }
      parts.append(part)
    }
    return "/" + parts.joined(separator: "/")
  }

  static func parent(of file: String) -> String {
    let cut = file.lastIndex(of: "/") ?? file.startIndex
    return cut == file.startIndex ? "/" : String(file[..<cut])
  }
}
