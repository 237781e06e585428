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

  init(_ lineage: StatementLineage, isBinary: Bool, fields: Int, _ catalogue: MaskCatalogue, _ masks: MaskSet) {
    rule = masks.anyRule
    others = masks.detectors.isEmpty ? .pass : .examine
    guard let copy = lineage.copy, let format = copy.format, !isBinary, fields > 0 else {
      self.format = nil
      columns = []
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
  }

  /// Masks one CopyData message.
  /// - Returns: What takes its place: itself where it passes, nothing where it is withheld.
  func row(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) -> [UInt8]? {
    let line = UnsafeBufferPointer(rebasing: message.bindMemory(to: UInt8.self)[5...])
    guard let format, let last = line.last, last == UInt8(ascii: "\n") else {
      rows.tally.withheld("(copy)", rule: rule)
      return nil
    }
    let body = UnsafeBufferPointer(rebasing: line.dropLast())
    guard let fields = CopyFields.split(body, format), fields.count == columns.count else {
      // Copying nothing gives an empty line.
      if body.isEmpty, columns.isEmpty { return Array(message) }
      rows.tally.withheld("(copy)", rule: rule)
      return nil
    }
    var output: [UInt8] = [UInt8(ascii: "d"), 0, 0, 0, 0]
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(format.delimiter) }
      append(field, UnsafeBufferPointer(rebasing: body[field.range]), index, format, &rows, &output)
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
    _ rows: inout RowMasker, _ output: inout [UInt8]
  ) {
    if case .pass = columns[index] {
      output.append(contentsOf: raw)
      return
    }
    if !field.isQuoted, raw.elementsEqual(format.null) {
      output.append(contentsOf: raw)
      return
    }
    rows.tally.examined(1)
    let value = CopyFields.value(raw, field, format)
    let column = RowPlan.Column(
      name: "(copy)", action: columns[index], type: 0, format: 0,
      form: value.first == UInt8(ascii: "{") || value.first == UInt8(ascii: "[") ? .json : .text)
    switch value.withUnsafeBytes({ rows.outcome($0, column) }) {
    case .same: output.append(contentsOf: raw)
    case .replaced(let rule):
      rows.tally.masked("(copy) \(index + 1)", rule: rule)
      CopyFields.append(rows.replacement, format, to: &output)
    case .withheld(let rule):
      rows.tally.withheld("(copy) \(index + 1)", rule: rule)
      output += format.null
    }
  }
}
