import SessionModel

/// Lines of the pane that shows one step.
struct DetailPane {
  /// Rows of a result that are drawn; the rest is counted.
  private static let rows = 50
  private static let cell = 40

  let width: Int
  var lines: Lines = []
  /// Lines of the result, its header first.
  private(set) var tableRows: Range<Int>?

  init(width: Int) {
    self.width = width
  }

  func safe(_ text: String, _ limit: Int = 300) -> SafeText { SafeText(text, limit: limit, folding: true) }

  mutating func head(_ word: SafeText, _ facts: [(SafeText, Role)]) {
    if !lines.isEmpty { lines.append(Spans()) }
    var line = Spans()
    line.field(word, .textStrong, width: 10)
    for (text, role) in facts { line.append(text, role) }
    lines.append(line.prefix(width))
  }

  mutating func line(_ parts: [(SafeText, Role)], indent: Bool = false) {
    var line = Spans(indent ? "  " : "")
    for (text, role) in parts { line.append(text, role) }
    lines.append(line.prefix(width))
  }

  mutating func text(_ rows: TextLines, role: Role? = nil) {
    for row in rows.rows {
      var line = Spans("  ")
      for part in row.text.parts { line.append(part.text, role ?? part.role) }
      lines.append(line)
    }
    if rows.isCut { lines.append(Spans("  … more than fits here; v shows its bytes", .uiBadge)) }
  }

  mutating func timings(_ timings: Timings) {
    head(
      "TIMING",
      [
        ("held ", .textDim), (Format.took(timings.held), .stateWaits), ("  upstream ", .textDim),
        (Format.took(timings.upstream), .kindResult), ("  gateway ", .textDim), (Format.took(timings.gateway), .text),
      ])
    let parts: [(Int64, Role, String)] = [
      (timings.held, .stateWaits, "█"), (timings.upstream, .kindResult, "▓"), (timings.gateway, .textDim, "░"),
    ]
    let total = max(1, parts.reduce(0.0) { $0 + Double(max(0, $1.0)) })
    let isAsked = timings.held > 0
    var bar = Spans(isAsked ? "  ask " : "  ", .textDim)
    for (value, role, block) in parts where value > 0 {
      let cells = max(1, Int(Double(max(0, width - 16)) * Double(value) / total))
      bar.append(SafeText(String(repeating: block, count: cells)), role)
    }
    bar.append(isAsked ? " run" : "", .textDim)
    lines.append(bar.prefix(width))
  }

  /// - Parameter from: Columns that are left out at the left.
  mutating func table(_ whole: ResultTable, from wanted: Int = 0) {
    guard !whole.columns.isEmpty else { return }
    let left = max(0, min(wanted, whole.columns.count - 1))
    let table = ResultTable(
      columns: Array(whole.columns.dropFirst(left)),
      rows: whole.rows.prefix(Self.rows).map { Array($0.dropFirst(left)) },
      total: whole.total)
    let shown = table.rows.prefix(Self.rows)
    var widths = table.columns.prefix(64).map { SafeText($0, limit: Self.cell, folding: true).columns }
    var isNumber = widths.map { _ in true }
    for row in shown {
      for (index, cell) in row.prefix(widths.count).enumerated() {
        widths[index] = max(widths[index], SafeText(cell ?? "null", limit: Self.cell, folding: true).columns)
        if let cell, Double(cell) == nil { isNumber[index] = false }
      }
    }
    func row(_ cells: [String?], _ role: Role) -> Spans {
      var line = Spans(left > 0 ? "‹ " : "  ", .textDim)
      for (index, cell) in cells.prefix(widths.count).enumerated() where line.columns < width {
        let text = SafeText(cell ?? "null", limit: Self.cell + 1, folding: true)
        line.field(text, cell == nil ? .textDim : role, width: min(Self.cell, widths[index]), right: isNumber[index])
        line.append("  ")
      }
      return line.prefix(width)
    }
    let start = lines.count
    lines.append(row(table.columns, .textStrong))
    for cells in shown { lines.append(row(cells, .kindResult)) }
    tableRows = start..<lines.count
    let needed = widths.reduce(2) { $0 + min(Self.cell, $1) + 2 }
    if left > 0 || needed > width {
      lines.append(
        Spans("  columns \(left + 1)-\(whole.columns.count) of \(whole.columns.count) · ←/→ moves", .textDim))
    }
    let more = table.total - shown.count
    if more > 0 { lines.append(Spans("  + \(Format.plural(more, "row", "rows").string) on record", .textDim)) }
  }

  mutating func dump(_ side: ByteSide, _ bytes: [UInt8]?, total: Int?) {
    lines += [Spans(), Spans(SafeText("\(side.rawValue) \(Format.grouped(total ?? 0)) bytes"), .textDim)]
    guard let bytes else {
      lines.append(Spans("  loading …", .textDim))
      return
    }
    let perRow = width >= 76 ? 16 : 8
    func hexadecimal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    for start in stride(from: 0, to: min(bytes.count, 8192), by: perRow) {
      var line = Spans(SafeText(hexadecimal(start, 6) + "  "), .textDim)
      var characters = Spans()
      for byte in bytes[start..<min(bytes.count, start + perRow)] {
        line.append(SafeText(hexadecimal(Int(byte), 2) + " "), byte == 0 ? .textDim : .text)
        let isPrintable = byte >= 0x20 && byte < 0x7F
        characters.append(
          isPrintable ? SafeText(String(Character(Unicode.Scalar(byte)))) : "·", isPrintable ? .kindResult : .textDim)
      }
      line.pad(to: 9 + perRow * 3)
      line.append(characters)
      lines.append(line.prefix(width))
    }
  }
}
