import SessionModel

extension DetailPane {
  /// Rows that are drawn as records.
  private static let recordRows = 50
  /// Lines of one value.
  private static let valueLines = 400

  /// A value, and its JSON below it where it is any and something of it is open.
  mutating func value(_ label: SafeText, _ value: String?, _ unfolding: Unfolding, labelRole: Role, role: Role) {
    var line = Spans("  ")
    line.append(label, labelRole)
    line.append(" ")
    guard let value else {
      line.append("null", .textDim)
      lines.append(line.prefix(width))
      return
    }
    guard let json = JSONText(value) else {
      line.append(safe(value, width), role)
      lines.append(line.prefix(width))
      return
    }
    let indent = SafeText(String(repeating: " ", count: min(line.columns, width / 3)))
    let rows = json.lines(depth: unfolding.depth, width: max(8, width - indent.columns), maximum: Self.valueLines)
    for (index, row) in rows.enumerated() {
      var whole = index == 0 ? line : Spans(indent)
      whole.append(row)
      lines.append(whole.prefix(width))
    }
  }

  /// A result with a column a line: for wide rows, and for JSON in them.
  mutating func records(_ table: ResultTable, _ unfolding: Unfolding) {
    let names = table.columns.prefix(64).map { SafeText($0, limit: 30, folding: true) }
    let widest = names.map(\.columns).max() ?? 0
    for (number, row) in table.rows.prefix(Self.recordRows).enumerated() {
      lines.append(Spans(SafeText("  row \(Format.grouped(number + 1))"), .textStrong))
      for (index, cell) in row.prefix(names.count).enumerated() {
        let pad = SafeText(String(repeating: " ", count: max(0, widest - names[index].columns)))
        value(pad + names[index], cell, unfolding, labelRole: .textDim, role: .kindResult)
      }
    }
    let more = table.total - min(table.rows.count, Self.recordRows)
    if more > 0 { lines.append(Spans("  + \(Format.plural(more, "row", "rows").string) on record", .textDim)) }
  }
}
