import Policy
import PostgresWire

/// Masks the rows of a COPY to the client, in the text and CSV formats. The server sends each row in a message of its own.
///
/// Source: PostgreSQL 15, COPY, "File Formats".
struct CopyMasker: Sendable {
  /// `nil`: the format, or the columns, are not known, and no row passes.
  private let format: CopyFormat?
  private let columns: [RowPlan.Action]
  /// The rest of the columns, where only some were named.
  private let others: RowPlan.Action
  private let rule: String
  /// What coverage calls the columns.
  private let plan: RowPlan

  init(_ lineage: StatementLineage, isBinary: Bool, fields: Int, _ catalogue: MaskCatalogue, _ masks: MaskSet) {
    rule = masks.anyRule
    others = masks.detectors.isEmpty ? .pass : .examine
    guard let copy = lineage.copy, let format = copy.format, !isBinary, fields > 0 else {
      self.format = nil
      columns = []
      plan = .unknown
      return
    }
    self.format = format
    var columns = [RowPlan.Action](repeating: others, count: fields)
    switch copy.source {
    case .query:
      for index in 0..<fields {
        switch masks.columns.isEmpty ? .clean : lineage.outputs.output(at: index, of: fields) {
        case .clean: break
        case .masked(let name):
          columns[index] = catalogue.byName[name].map { .mask($0) } ?? .withhold(rule: rule)
        case .touched: columns[index] = .withhold(rule: rule)
        }
      }
    case .table(let schema, let name, let written):
      for column in catalogue.copies[name] ?? [] where schema == nil || schema == column.schema {
        let place = written.isEmpty ? column.place - 1 : written.firstIndex(of: column.name)
        guard let place, columns.indices.contains(place) else { continue }
        switch column.entry {
        case .mask(let mask): columns[place] = .mask(mask)
        case .withhold(let rule): columns[place] = .withhold(rule: rule)
        }
      }
      // The name may stand for a table that was made in this session.
      if !masks.columns.isEmpty, catalogue.names.isEverything {
        columns = [RowPlan.Action](repeating: .withhold(rule: rule), count: fields)
      }
    }
    self.columns = columns
    let names = CopyMasker.names(copy.source, fields, catalogue)
    plan = RowPlan(
      columns.enumerated().map { index, action in
        RowPlan.Column(
          name: "(copy) \(index + 1)", origin: names?[index] ?? "(copy)", action: action, type: 0, format: 0,
          form: .text)
      })
  }

  /// A table's columns by name, where it is known and all of them are copied, or those that are written.
  private static func names(_ source: CopyLineage.Source, _ fields: Int, _ catalogue: MaskCatalogue) -> [String]? {
    guard case .table(let schema, let name, let written) = source,
      let known = catalogue.known.columns(schema: schema, table: name)
    else { return nil }
    let columns = written.isEmpty ? known.columns : written
    return columns.count == fields ? columns.map { "\(known.table).\($0)" } : nil
  }

  /// Rows come now.
  func begin(_ rows: inout RowMasker) {
    rows.begin(plan)
  }

  /// Masks one CopyData message.
  /// - Returns: What takes its place: itself where it passes, nothing where it is withheld.
  func row(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) -> [UInt8]? {
    row(message, isSampled: rows.isSampled(), &rows)
  }

  /// Looks through a row that passes as it is, where it is one of the sample.
  func watch(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) {
    // What it would write in the row's place is of no use: nothing is masked.
    if rows.isSampled(), format != nil { _ = row(message, isSampled: true, &rows) }
  }

  private func row(_ message: UnsafeRawBufferPointer, isSampled: Bool, _ rows: inout RowMasker) -> [UInt8]? {
    let line = UnsafeBufferPointer(rebasing: message.bindMemory(to: UInt8.self)[5...])
    guard let format, let last = line.last, last == UInt8(ascii: "\n") else {
      if rows.masks.isPassive { return nil }
      rows.tally.withheld("(copy)", rule: rule)
      return nil
    }
    let body = UnsafeBufferPointer(rebasing: line.dropLast())
    guard let fields = CopyFields.split(body, format), fields.count == columns.count else {
      // Copying nothing gives an empty line.
      if body.isEmpty, columns.isEmpty { return Array(message) }
      if rows.masks.isPassive { return nil }
      rows.tally.withheld("(copy)", rule: rule)
      return nil
    }
    var output: [UInt8] = [UInt8(ascii: "d"), 0, 0, 0, 0]
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(format.delimiter) }
      append(field, UnsafeBufferPointer(rebasing: body[field.range]), index, format, isSampled, &rows, &output)
    }
    output.append(UInt8(ascii: "\n"))
    let length = UInt32(clamping: output.count - 1)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      output[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(shift))
    }
    return output
  }

  private func append(
    _ field: CopyFields.Field, _ raw: UnsafeBufferPointer<UInt8>, _ index: Int, _ format: CopyFormat,
    _ isSampled: Bool, _ rows: inout RowMasker, _ output: inout [UInt8]
  ) {
    var isPassed = false
    if case .pass = columns[index] { isPassed = true }
    if isPassed, !isSampled {
      output.append(contentsOf: raw)
      return
    }
    if !field.isQuoted, raw.elementsEqual(format.null) {
      output.append(contentsOf: raw)
      return
    }
    let value = CopyFields.value(raw, field, format)
    let column = RowPlan.Column(
      name: "(copy)", origin: "(copy)", action: columns[index], type: 0, format: 0,
      form: value.first == UInt8(ascii: "{") || value.first == UInt8(ascii: "[") ? .json : .text)
    if isPassed {
      value.withUnsafeBytes { rows.look($0, column, at: index) }
      output.append(contentsOf: raw)
      return
    }
    rows.tally.examined(at: index)
    switch value.withUnsafeBytes({ rows.outcome($0, column) }) {
    case .same:
      rows.tally.passed(at: index)
      if isSampled { value.withUnsafeBytes { rows.look($0, column, at: index) } }
      output.append(contentsOf: raw)
    case .replaced(let rule):
      rows.tally.masked("(copy) \(index + 1)", rule: rule, at: index)
      CopyFields.append(rows.replacement, format, to: &output)
    case .withheld(let rule):
      rows.tally.withheld("(copy) \(index + 1)", rule: rule, at: index)
      output += format.null
    }
  }
}
