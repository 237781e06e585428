/// A recorded text as numbered lines that fit a width: what a person reads before a decision.
package struct TextLines: Equatable, Sendable {
  /// Columns between tab stops.
  private static let tab = 4

  package struct Row: Equatable, Sendable {
    /// Number of the recorded line, from 1; nil on the rows that continue it.
    package var number: Int?
    package var text: SafeText
  }

  package private(set) var rows: [Row] = []
  /// Recorded lines, all of them.
  package private(set) var lines = 0
  /// True when `maximum` rows did not hold the text.
  package private(set) var isCut = false

  /// - Parameter maximum: Rows made at most: the work on a text without end is bounded.
  package init(_ text: String, width: Int, maximum: Int = 20_000) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines += 1
      if rows.count >= maximum {
        isCut = true
        continue
      }
      let body = line.last == "\r" ? line.dropLast() : line[...]
      let limit = max(1, width) * (maximum - rows.count)
      let safe = SafeText(TextLines.expandTabs(body), limit: limit)
      for (index, part) in safe.wrapped(to: width, maximum: maximum - rows.count).enumerated() {
        rows.append(Row(number: index == 0 ? lines : nil, text: part))
      }
    }
  }

  private static func expandTabs(_ line: Substring) -> String {
    guard line.utf8.contains(UInt8(ascii: "\t")) else { return String(line) }
    var result = String.UnicodeScalarView()
    var column = 0
    for scalar in line.unicodeScalars {
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
