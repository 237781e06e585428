/// A recorded text as numbered lines that fit a width: what a person reads before a decision.
package struct TextLines: Equatable, Sendable {
  /// Columns between tab stops.
  private static let tab = 4

  package struct Row: Equatable, Sendable {
    /// Number of the recorded line, from 1; nil on the rows that continue it.
    package var number: Int?
    package var text: Spans
  }

  package private(set) var rows: [Row] = []
  /// Recorded lines, all of them.
  package private(set) var lines = 1
  /// True when `maximum` rows did not hold the text.
  package private(set) var isCut = false
  package let width: Int

  /// - Parameter maximum: Rows made at most: the work on a text without end is bounded.
  package init(_ text: String, width: Int, maximum: Int = 4_000) {
    self.init(runs: [(text, .text)], width: width, maximum: maximum)
  }

  /// A statement with its colours.
  package init(statement: String, width: Int, maximum: Int = 4_000) {
    self.init(runs: StatementColours.runs(statement), width: width, maximum: maximum)
  }

  private init(runs: [(String, Role)], width: Int, maximum: Int) {
    self.width = max(2, width)
    var line = SafeText()
    var roles: [Role] = []
    for (run, role) in runs {
      // By scalars: a carriage return and a line feed are one `Character`.
      for (index, piece) in run.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if index > 0 {
          flush(&line, &roles, maximum)
          lines += 1
        }
        if rows.count >= maximum { continue }
        let isEnded = piece.endIndex != run.unicodeScalars.endIndex
        let body = isEnded && piece.last == "\r" ? piece.dropLast() : piece
        let room = self.width * (maximum - rows.count) - line.columns
        let safe = SafeText(TextLines.expandTabs(body, from: line.columns), limit: max(0, room + 1))
        roles += Array(repeating: role, count: safe.glyphs.count)
        line = line + safe
      }
    }
    flush(&line, &roles, maximum)
  }

  private mutating func flush(_ line: inout SafeText, _ roles: inout [Role], _ maximum: Int) {
    defer {
      line = SafeText()
      roles = []
    }
    guard rows.count < maximum else {
      isCut = true
      return
    }
    var first = 0
    for (index, part) in line.wrapped(to: width).enumerated() {
      guard rows.count < maximum else {
        isCut = true
        return
      }
      var spans = Spans()
      var start = 0
      for position in part.glyphs.indices {
        let isLast = position + 1 == part.glyphs.count || roles[first + position] != roles[first + position + 1]
        guard isLast else { continue }
        spans.append(part.slice(start..<position + 1), roles[first + position])
        start = position + 1
      }
      rows.append(Row(number: index == 0 ? lines : nil, text: spans))
      first += part.glyphs.count
    }
  }

  private static func expandTabs(_ line: Substring.UnicodeScalarView, from start: Int) -> String {
    var result = String.UnicodeScalarView()
    var column = start
    for scalar in line {
      if scalar == "\t" {
        let blanks = tab - column % tab
        for _ in 0..<blanks { result.append(" ") }
        column += blanks
      } else {
        result.append(scalar)
        column += 1
      }
    }
    return String(result)
  }
}
