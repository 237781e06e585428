import Policy
import PostgresWire

/// Masks the values of one row, in place of the bytes they stand in.
struct RowMasker: Sendable {
  let masks: MaskSet
  var tally = MaskTally()
  private var scanner: SensitiveScanner
  private var scratch: [UInt8] = []
  /// The message being rewritten, and up to where of the original it has been copied.
  private var output: [UInt8] = []
  private var copied = 0
  /// The line of a COPY that takes the place of the last one; empty where that passes as it is.
  var line: [UInt8] = []
  /// Looks for what no rule masks.
  private var finder: SensitiveScanner
  /// Rows of the result that comes now.
  private var rowsOfResult = 0

  /// Rows at the beginning of a result that are all looked through for what no rule masks; of the others one in as many.
  static let sample = 64
  /// Bytes of a value that are looked through for what no rule masks.
  static let sampledBytes = 4096

  init(_ masks: MaskSet) {
    self.masks = masks
    scanner = SensitiveScanner(masks.detectors)
    finder = SensitiveScanner(masks.discovers)
  }

  /// Rows of this plan come now.
  mutating func begin(_ plan: RowPlan) {
    rowsOfResult = 0
    tally.begin(plan)
  }

  /// What becomes of one value.
  enum Outcome {
    case same
    /// The replacement is in `scratch`.
    case replaced(rule: String)
    case withheld(rule: String)
  }

  /// Masks a DataRow.
  ///
  /// - Parameter message: The whole message, type and length included; its length is known to be right.
  /// - Returns: The message that takes its place; `nil` where it passes as it is.
  mutating func row(_ message: UnsafeRawBufferPointer, _ plan: RowPlan) -> [UInt8]? {
    var cursor = WireCursor(message, 5..<message.count)
    guard let count = cursor.readUInt16().map(Int.init) else { return withheldRow(message, 0) }
    guard let columns = plan.columns, columns.count == count else { return withheldRow(message, count) }
    output.removeAll(keepingCapacity: true)
    copied = 0
    let isSampled = isSampled()
    for index in 0..<count {
      let place = cursor.position
      guard let length = cursor.readInt32() else { return withheldRow(message, count) }
      guard length >= 0 else { continue }
      guard let range = cursor.take(Int(length)) else { return withheldRow(message, count) }
      let column = columns[index]
      if column.passes {
        if isSampled { look(UnsafeRawBufferPointer(rebasing: message[range]), column, at: index) }
        continue
      }
      tally.examined(at: index)
      switch outcome(UnsafeRawBufferPointer(rebasing: message[range]), column) {
      case .same:
        tally.passed(at: index)
        if isSampled { look(UnsafeRawBufferPointer(rebasing: message[range]), column, at: index) }
      case .replaced(let rule):
        tally.masked(column.name, rule: rule, at: index)
        copy(message, upTo: place)
        append(int32: scratch.count)
        output += scratch
        copied = range.upperBound
      case .withheld(let rule):
        tally.withheld(column.name, rule: rule, at: index)
        copy(message, upTo: place)
        append(int32: -1)
        copied = range.upperBound
      }
    }
    guard copied > 0 else { return nil }
    copy(message, upTo: message.count)
    return sealed()
  }

  /// A row of NULLs, where nothing is known of the columns.
  private mutating func withheldRow(_ message: UnsafeRawBufferPointer, _ count: Int) -> [UInt8] {
    output.removeAll(keepingCapacity: true)
    output += [UInt8(ascii: "D"), 0, 0, 0, 0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    let rule = masks.columns.first?.rule ?? masks.anyRule
    for _ in 0..<count {
      append(int32: -1)
      tally.withheld("(unknown column)", rule: rule)
    }
    return sealed()
  }

  private mutating func copy(_ message: UnsafeRawBufferPointer, upTo end: Int) {
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[copied..<end]))
  }

  private mutating func append(int32 value: Int) {
    let bits = UInt32(bitPattern: Int32(clamping: value))
    for shift: UInt32 in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  /// Writes the new length into the message.
  private mutating func sealed() -> [UInt8] {
    let length = UInt32(clamping: output.count - 1)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      output[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(shift))
    }
    return output
  }

  // MARK: What no rule masks

  /// Counts a row. True where it is one of those that are looked through.
  mutating func isSampled() -> Bool {
    tally.row()
    defer { rowsOfResult &+= 1 }
    return !masks.discovers.isEmpty && (rowsOfResult < RowMasker.sample || rowsOfResult % RowMasker.sample == 0)
  }

  /// Looks through a value that passes, as far as its form is text.
  mutating func look(_ value: UnsafeRawBufferPointer, _ column: RowPlan.Column, at index: Int) {
    let isText = column.format == 0
    switch (column.form, column.action) {
    case (_, .mask), (_, .withhold): return
    case (.safe, _), (.number, _), (.bytes, _): return
    case (.textArray, _), (.other, _): guard isText else { return }
    case (.text, _), (.json, _), (.jsonb, _): break
    }
    if case .pass = column.action { tally.examined(at: index) }
    let bytes = UnsafeBufferPointer(rebasing: value.bindMemory(to: UInt8.self).prefix(RowMasker.sampledBytes))
    guard finder.scan(bytes) else { return }
    var kinds: DetectorSet = []
    for span in finder.spans {
      let kind = DetectorSet([span.kind])
      // A value with two addresses in it is one value.
      guard kinds.isDisjoint(with: kind) else { continue }
      kinds.formUnion(kind)
      tally.found(span.kind.rawValue, at: index)
    }
  }

  // MARK: One value

  mutating func outcome(_ value: UnsafeRawBufferPointer, _ column: RowPlan.Column) -> Outcome {
    switch column.action {
    case .pass: return .same
    case .withhold(let rule): return .withheld(rule: rule)
    case .examine: return examined(value, column)
    case .mask(let mask):
      if let paths = mask.paths { return maskedJSON(value, column, mask, paths) }
      return maskedWhole(value, column, mask)
    }
  }

  private mutating func maskedWhole(
    _ value: UnsafeRawBufferPointer, _ column: RowPlan.Column, _ mask: MaskSet.ColumnMask
  ) -> Outcome {
    let bytes = value.bindMemory(to: UInt8.self)
    scratch.removeAll(keepingCapacity: true)
    switch column.form {
    case .text: mask.masker.append(bytes, kind: nil, to: &scratch)
    case .json, .jsonb:
      if column.form == .jsonb, column.format == 1 { scratch.append(1) }
      scratch += Array("\"••••\"".utf8)
    case .safe, .bytes, .number, .textArray, .other: return .withheld(rule: mask.rule)
    }
    return .replaced(rule: mask.rule)
  }

  private mutating func maskedJSON(
    _ value: UnsafeRawBufferPointer, _ column: RowPlan.Column, _ mask: MaskSet.ColumnMask, _ paths: [[String]]
  ) -> Outcome {
    var bytes = value.bindMemory(to: UInt8.self)
    let isVersioned = column.form == .jsonb && column.format == 1
    switch column.form {
    case .json, .jsonb, .text: break
    case .safe, .bytes, .number, .textArray, .other: return .withheld(rule: mask.rule)
    }
    if isVersioned {
      guard bytes.first == 1 else { return .withheld(rule: mask.rule) }
      bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst())
    }
    guard let (text, masked) = JSONMasker.mask(bytes, paths: paths, mask.masker) else {
      return .withheld(rule: mask.rule)
    }
    // What the paths leave is still looked through.
    var further: Outcome = .same
    text.withUnsafeBufferPointer { further = json($0, isVersioned: isVersioned) }
    switch further {
    case .replaced, .withheld: return further
    case .same:
      guard masked > 0 else { return .same }
      scratch = isVersioned ? [1] + text : text
      return .replaced(rule: mask.rule)
    }
  }

  private mutating func examined(_ value: UnsafeRawBufferPointer, _ column: RowPlan.Column) -> Outcome {
    let bytes = value.bindMemory(to: UInt8.self)
    switch column.form {
    case .safe: return .same
    case .text: return text(bytes)
    case .json: return json(bytes, isVersioned: false)
    case .jsonb:
      guard column.format == 1 else { return json(bytes, isVersioned: false) }
      guard bytes.first == 1 else { return .withheld(rule: masks.anyRule) }
      return json(UnsafeBufferPointer(rebasing: bytes.dropFirst()), isVersioned: true)
    case .bytes: return column.format == 1 ? found(in: bytes) : hexadecimal(bytes)
    case .number: return number(value, column)
    case .textArray: return column.format == 1 ? array(value) : text(bytes)
    case .other:
      if column.format == 1, !isText(bytes) { return .withheld(rule: masks.anyRule) }
      return text(bytes)
    }
  }

  private mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard scanner.scan(bytes) else { return .same }
    scratch.removeAll(keepingCapacity: true)
    masks.append(bytes, spans: scanner.spans, to: &scratch)
    return .replaced(rule: rule)
  }

  private var rule: String {
    scanner.spans.first.flatMap { masks.mask(of: $0.kind)?.rule } ?? masks.anyRule
  }

  /// Found, a value is withheld: nothing can stand in its place.
  private mutating func found(in bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    scanner.scan(bytes) ? .withheld(rule: rule) : .same
  }

  private mutating func number(_ value: UnsafeRawBufferPointer, _ column: RowPlan.Column) -> Outcome {
    if column.format == 0 { return found(in: value.bindMemory(to: UInt8.self)) }
    switch ValueText.decode(value, type: column.type, format: 1) {
    case .text(var text): return text.withUTF8 { found(in: $0) }
    case .null, .hex: return .withheld(rule: masks.anyRule)
    }
  }

  /// `\x…` as bytea is written.
  private mutating func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "x") else { return text(bytes) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count / 2)
    var at = 2
    while at + 1 < bytes.count {
      decoded.append(RowMasker.nibble(bytes[at]) << 4 | RowMasker.nibble(bytes[at + 1]))
      at += 2
    }
    return decoded.withUnsafeBufferPointer { found(in: $0) }
  }

  private static func nibble(_ digit: UInt8) -> UInt8 {
    digit & 15 &+ (digit >= UInt8(ascii: "A") ? 9 : 0)
  }

  /// Without control characters and invalid UTF-8.
  private func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 && $0 != 0x0D }) { return false }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  // MARK: JSON and arrays

  /// A span outside of a string stands for a number: its replacement needs quotes.
  private mutating func json(_ bytes: UnsafeBufferPointer<UInt8>, isVersioned: Bool) -> Outcome {
    if hidesText(bytes) { return .withheld(rule: masks.anyRule) }
    guard scanner.scan(bytes) else { return .same }
    scratch.removeAll(keepingCapacity: true)
    if isVersioned { scratch.append(1) }
    var at = 0
    var inString = false
    for span in scanner.spans {
      advance(bytes, from: at, to: span.range.lowerBound, &inString)
      scratch.append(contentsOf: bytes[at..<span.range.lowerBound])
      var after = inString
      advance(bytes, from: span.range.lowerBound, to: span.range.upperBound, &after)
      // A value that begins in one string and ends in another, or outside: its parts cannot be told apart.
      guard after == inString, let mask = masks.mask(of: span.kind) else { return .withheld(rule: rule) }
      if !inString { scratch.append(UInt8(ascii: "\"")) }
      mask.masker.append(UnsafeBufferPointer(rebasing: bytes[span.range]), kind: span.kind, to: &scratch)
      if !inString { scratch.append(UInt8(ascii: "\"")) }
      at = span.range.upperBound
    }
    scratch.append(contentsOf: bytes[at...])
    return .replaced(rule: rule)
  }

  private func advance(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, _ inString: inout Bool) {
    var at = start
    while at < end {
      if bytes[at] == UInt8(ascii: "\\") { at += 1 } else if bytes[at] == UInt8(ascii: "\"") { inString.toggle() }
      at += 1
    }
  }

  /// ASCII written as `\u00XX`: nobody has to, but whoever wants to hide an address from a scanner.
  private func hidesText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while let slash = bytes[at...].firstIndex(of: UInt8(ascii: "\\")) {
      at = slash + 2
      guard slash + 5 < bytes.count, bytes[slash + 1] == UInt8(ascii: "u") else { continue }
      if bytes[slash + 2] == UInt8(ascii: "0"), bytes[slash + 3] == UInt8(ascii: "0"),
        bytes[slash + 4] >= UInt8(ascii: "2"), bytes[slash + 4] <= UInt8(ascii: "7")
      {
        return true
      }
    }
    return false
  }

  /// The binary form of an array of texts: dimensions, a flag, the element's type, each dimension's size and first index,
  /// then the elements with their lengths (`array_send`).
  private mutating func array(_ value: UnsafeRawBufferPointer) -> Outcome {
    let broken = Outcome.withheld(rule: masks.anyRule)
    var cursor = WireCursor(value)
    guard let dimensions = cursor.readInt32(), cursor.readInt32() != nil, cursor.readUInt32() != nil,
      (0...6).contains(dimensions), cursor.take(Int(dimensions) * 8) != nil
    else { return broken }
    var result: [UInt8] = []
    var copied = 0
    var foundRule: String?
    while cursor.remaining > 0 {
      let place = cursor.position
      guard let length = cursor.readInt32() else { return broken }
      guard length >= 0 else { continue }
      guard let range = cursor.take(Int(length)) else { return broken }
      let element = UnsafeRawBufferPointer(rebasing: value[range]).bindMemory(to: UInt8.self)
      guard case .replaced(let rule) = text(element) else { continue }
      foundRule = rule
      result.append(contentsOf: value[copied..<place])
      let size = UInt32(clamping: scratch.count)
      for shift: UInt32 in [24, 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: size >> shift)) }
      result += scratch
      copied = range.upperBound
    }
    guard let foundRule else { return .same }
    result.append(contentsOf: value[copied...])
    scratch = result
    return .replaced(rule: foundRule)
  }

  // MARK: Beside rows

  /// A text outside of rows, looked through; `nil` where it passes.
  mutating func beside(_ bytes: UnsafeBufferPointer<UInt8>, as column: String) -> [UInt8]? {
    tally.examined(1)
    guard case .replaced(let rule) = text(bytes) else { return nil }
    tally.masked(column, rule: rule)
    return scratch
  }

  /// What the last `.replaced` outcome stands for, and the line that it goes into.
  mutating func withReplacement(_ body: (UnsafeBufferPointer<UInt8>, inout [UInt8]) -> Void) {
    scratch.withUnsafeBufferPointer { body($0, &line) }
  }
}
