import Foundation
import TerminalEmulator
import Testing

/// Recordings of another terminal, each with the screen that must result. They stand beside the repository, where there are any.
@Suite("Another terminal's recordings", .enabled(if: TerminalCorpus.exists, "no recordings at ../shared/data/terminal"))
struct TerminalCorpusTests {
  @Test("A recording ends on the screen that it must", arguments: TerminalCorpus.names)
  func screen(name: String) throws {
    let folder = TerminalCorpus.folder.appendingPathComponent(name)
    let size = try JSONDecoder().decode(
      TerminalCorpus.Size.self, from: Data(contentsOf: folder.appendingPathComponent("size.json")))
    let terminal = Terminal(columns: size.columns, rows: size.screenLines)
    terminal.feed(try Data(contentsOf: folder.appendingPathComponent("alacritty.recording")))
    #expect(terminal.restarts == 0)
    guard
      let expected = try? String(contentsOf: folder.appendingPathComponent("expected_screen.txt"), encoding: .utf8)
    else { return }
    func lines(_ text: String) -> [String] {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        var line = String($0)
        while line.hasSuffix(" ") { line.removeLast() }
        return line
      }
      while lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
    withKnownIssue("libvterm 0.1.4 does this otherwise", isIntermittent: true) {
      #expect(lines(terminal.screen.text) == lines(expected))
    } when: {
      TerminalCorpus.others.contains(name)
    }
  }
}

enum TerminalCorpus {
  struct Size: Decodable {
    var columns: Int
    var screenLines: Int

    enum CodingKeys: String, CodingKey {
      case columns
      case screenLines = "screen_lines"
    }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/terminal")
  static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }
  static var names: [String] {
    // A folder that is not there has no names.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
  static let others: Set<String> = []
}
