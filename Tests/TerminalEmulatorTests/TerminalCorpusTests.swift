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
    let terminal = Terminal(columns: size.columns, rows: size.rows)
    terminal.feed(try Data(contentsOf: folder.appendingPathComponent("alacritty.recording")))
    #expect(terminal.restarts == 0)
    guard
      let expected = try? String(contentsOf: folder.appendingPathComponent("expected_screen.txt"), encoding: .utf8)
    else { return }
    // The other terminal keeps tabulators as such, and its expectations leave marks and private characters out.
    func lines(_ text: String) -> [String] {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        var kept = String.UnicodeScalarView(
          line.unicodeScalars.lazy.map { $0 == "\t" ? " " : $0 }.filter {
            let category = $0.properties.generalCategory
            return category != .nonspacingMark && category != .privateUse
          })
        while kept.last == " " { kept.removeLast() }
        return String(kept)
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
    var rows: Int

    enum CodingKeys: String, CodingKey {
      case columns
      case rows = "screen_lines"
    }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/terminal")
  static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }
  static var names: [String] {
    // A folder that is not there has no names.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
  /// A character in the last column, and what is done before the next one: libvterm keeps no such state with the cursor, and erases it.
  static let others: Set<String> = ["erase_in_line", "saved_cursor_alt"]
}
