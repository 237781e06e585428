import Policy
import PostgresWire

/// Masks the rows of a COPY to the client, in the text and CSV formats. The server sends each row in a message of its own.
///
/// Source: PostgreSQL 15, COPY, "File Formats".
final class CopyMasker: Sendable {
  /// One field of each line: as it is read where it may be JSON, and else.
  private struct Field: Sendable {
    let name: String
    let text: RowPlan.Column
    let json: RowPlan.Column

    init(_ index: Int, _ action: RowPlan.Action, origin: String) {
      name = "(copy) \(index + 1)"
      text = RowPlan.Column(name: name, origin: origin, action: action, type: 0, format: 0, form: .text)
      json = RowPlan.Column(name: name, origin: origin, action: action, type: 0, format: 0, form: .json)
    }

    func column(_ value: UnsafeBufferPointer<UInt8>) -> RowPlan.Column {
      switch value.first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): json
      case _: text
      }
    }
  }

  /// `nil`: the format, or the columns, are not known, and no row passes.
  private let format: CopyFormat?
  private let fields: [Field]
  private let rule: String
  /// What coverage calls the columns.
  private let plan: RowPlan

  init(_ lineage: StatementLineage, isBinary: Bool, fields count: Int, _ catalogue: MaskCatalogue, _ masks: MaskSet) {
    rule = masks.anyRule
    guard let copy = lineage.copy, let format = copy.format, !isBinary, count > 0 else {
      self.format = nil
      fields = []
      plan = .unknown
      return
    }
    self.format = format
    let actions = CopyMasker.actions(lineage, copy, count, catalogue, masks)
    let names = CopyMasker.names(copy.source, count, catalogue)
    fields = actions.enumerated().map { index, action in Field(index, action, origin: names?[index] ?? "(copy)") }
    plan = RowPlan(fields.map(\.text))
  }

  /// What is done to each field.
  private static func actions(
    _ lineage: StatementLineage, _ copy: CopyLineage, _ count: Int, _ catalogue: MaskCatalogue, _ masks: MaskSet
  ) -> [RowPlan.Action] {
    let rule = masks.anyRule
    var actions = [RowPlan.Action](repeating: masks.detectors.isEmpty ? .pass : .examine, count: count)
    switch copy.source {
    case .query:
      for index in 0..<count {
        switch masks.columns.isEmpty ? .clean : lineage.outputs.output(at: index, of: count) {
        case .clean: break
        case .masked(let name):
          actions[index] = catalogue.byName[name].map { .mask($0) } ?? .withhold(rule: rule)
        case .touched: actions[index] = .withhold(rule: rule)
        }
      }
    case .table(let schema, let name, let written):
      for column in catalogue.copies[name] ?? [] where schema == nil || schema == column.schema {
        let place = written.isEmpty ? column.place - 1 : written.firstIndex(of: column.name)
        guard let place, actions.indices.contains(place) else { continue }
        switch column.entry {
        case .mask(let mask): actions[place] = .mask(mask)
        case .withhold(let rule): actions[place] = .withhold(rule: rule)
        }
      }
      // The name may stand for a table that was made in this session.
      if !masks.columns.isEmpty, catalogue.names.isEverything {
        actions = [RowPlan.Action](repeating: .withhold(rule: rule), count: count)
      }
    }
    return actions
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
  /// - Returns: Whether a row passes: what takes its place is in `rows.line`, or itself where that is empty.
  func row(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) -> Bool {
    row(message, isSampled: rows.isSampled(), &rows)
  }

  /// Looks through a row that passes as it is, where it is one of the sample.
  func watch(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) {
    // What it would write in the row's place is of no use: nothing is masked.
    if rows.isSampled(), format != nil { _ = row(message, isSampled: true, &rows) }
  }

  private func row(_ message: UnsafeRawBufferPointer, isSampled: Bool, _ rows: inout RowMasker) -> Bool {
    rows.line.removeAll(keepingCapacity: true)
    let bytes = message.bindMemory(to: UInt8.self)
    guard let format, bytes.count > 5, bytes[bytes.count - 1] == UInt8(ascii: "\n") else { return withheld(&rows) }
    let body = UnsafeBufferPointer(rebasing: bytes[5..<bytes.count - 1])
    // Copying nothing gives an empty line.
    if body.isEmpty, fields.isEmpty { return true }
    var cursor = CopyFields(body, format)
    var line = Line(body)
    var index = 0
    while let field = cursor.next() {
      guard index < fields.count else { return withheld(&rows) }
      let known = fields[index]
      if !known.text.passes || isSampled { take(field, body, known, index, format, isSampled, &line, &rows) }
      index += 1
    }
    guard !cursor.isBroken, index == fields.count else { return withheld(&rows) }
    line.end(&rows.line)
    return true
  }

  private func withheld(_ rows: inout RowMasker) -> Bool {
    rows.line.removeAll(keepingCapacity: true)
    if !rows.masks.isPassive { rows.tally.withheld("(copy)", rule: rule) }
    return false
  }

  /// What has been copied of a line that is changed; nothing where it is not.
  private struct Line {
    let body: UnsafeBufferPointer<UInt8>
    private var copied = 0
    private var isChanged = false

    init(_ body: UnsafeBufferPointer<UInt8>) { self.body = body }

    /// The bytes before a field that is replaced go first.
    mutating func replace(_ range: Range<Int>, _ output: inout [UInt8]) {
      if !isChanged {
        output += [UInt8(ascii: "d"), 0, 0, 0, 0]
        isChanged = true
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: body[copied..<range.lowerBound]))
      copied = range.upperBound
    }

    mutating func end(_ output: inout [UInt8]) {
      guard isChanged else { return }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: body[copied...]))
      output.append(UInt8(ascii: "\n"))
      let length = UInt32(clamping: output.count - 1)
      for index in 0..<4 { output[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
    }
  }

  private func take(
    _ field: CopyFields.Field, _ body: UnsafeBufferPointer<UInt8>, _ known: Field, _ index: Int, _ format: CopyFormat,
    _ isSampled: Bool, _ line: inout Line, _ rows: inout RowMasker
  ) {
    let raw = UnsafeBufferPointer(rebasing: body[field.range])
    if !field.isQuoted, raw.count == format.null.count, raw.elementsEqual(format.null) { return }
    if field.isPlain { return take(raw, field, known, index, format, isSampled, &line, &rows) }
    let value = CopyFields.value(raw, field, format)
    value.withUnsafeBufferPointer { take($0, field, known, index, format, isSampled, &line, &rows) }
  }

  private func take(
    _ value: UnsafeBufferPointer<UInt8>, _ field: CopyFields.Field, _ known: Field, _ index: Int,
    _ format: CopyFormat, _ isSampled: Bool, _ line: inout Line, _ rows: inout RowMasker
  ) {
    let column = known.column(value)
    if column.passes { return rows.look(UnsafeRawBufferPointer(value), column, at: index) }
    rows.tally.examined(at: index)
    switch rows.outcome(UnsafeRawBufferPointer(value), column) {
    case .same:
      rows.tally.passed(at: index)
      if isSampled { rows.look(UnsafeRawBufferPointer(value), column, at: index) }
    case .replaced(let rule):
      rows.tally.masked(known.name, rule: rule, at: index)
      line.replace(field.range, &rows.line)
      rows.withReplacement { CopyFields.append($0, format, to: &$1) }
    case .withheld(let rule):
      rows.tally.withheld(known.name, rule: rule, at: index)
      line.replace(field.range, &rows.line)
      rows.line += format.null
    }
  }
}
