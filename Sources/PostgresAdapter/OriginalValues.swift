import NIOCore

/// What masks have taken out since the last record, for those whom it is sealed to: one JSON object a line.
///
/// `{"row":3,"column":"email","rule":"personal","value":"…"}`; `hex` in place of `value` for what is no UTF-8. A long value is in
/// several lines, the later ones with `at`, the byte of the value that they begin with. Of a request `part` and `at` say where in
/// the record the value stood.
struct OriginalValues: Sendable {
  /// Nothing is kept unless the connection asks for it.
  var isKept = false
  private var full: [[UInt8]] = []
  private var lines: [UInt8] = []

  /// Bytes of lines that go into one record.
  static let recordBytes = 1 << 20
  /// Bytes of a value in one line.
  static let lineBytes = 128 << 10

  mutating func add(_ value: UnsafeBufferPointer<UInt8>, column: String, rule: String, row: Int?) {
    guard isKept else { return }
    add(value, at: 0) { lines in
      if let row { lines += Array("\"row\":\(row),".utf8) }
      lines += Array("\"column\":".utf8)
      OriginalValues.quote(column, &lines)
      lines += Array(",\"rule\":".utf8)
      OriginalValues.quote(rule, &lines)
    }
  }

  mutating func add(_ value: [UInt8], column: String, rule: String, row: Int? = nil) {
    value.withUnsafeBufferPointer { add($0, column: column, rule: rule, row: row) }
  }

  /// A span that is hidden in a part of a request's record.
  mutating func add(_ value: UnsafeBufferPointer<UInt8>, part: String, at offset: Int) {
    guard isKept else { return }
    add(value, at: offset) { $0 += Array("\"part\":\"\(part)\"".utf8) }
  }

  private mutating func add(_ value: UnsafeBufferPointer<UInt8>, at offset: Int, _ head: (inout [UInt8]) -> Void) {
    var done = 0
    repeat {
      let piece = UnsafeBufferPointer(rebasing: value[done..<min(value.count, done + Self.lineBytes)])
      lines.append(UInt8(ascii: "{"))
      head(&lines)
      if offset + done > 0 || value.count > Self.lineBytes { lines += Array(",\"at\":\(offset + done)".utf8) }
      // A piece may end within a character: it is written byte by byte then.
      if let text = String(validating: piece, as: UTF8.self) {
        lines += Array(",\"value\":".utf8)
        OriginalValues.quote(text, &lines)
      } else {
        lines += Array(",\"hex\":\"".utf8)
        let digits = Array("0123456789abcdef".utf8)
        for byte in piece {
          lines.append(digits[Int(byte >> 4)])
          lines.append(digits[Int(byte & 15)])
        }
        lines.append(UInt8(ascii: "\""))
      }
      lines += [UInt8(ascii: "}"), 0x0A]
      done += piece.count
      if lines.count >= Self.recordBytes {
        full.append(lines)
        lines = []
      }
    } while done < value.count
  }

  private static func quote(_ text: String, _ output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
      case 0x0A: output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      case _: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// What is to be sealed with the next record, and before it with records of its own; the last of them is the record's.
  mutating func take() -> [ByteBuffer] {
    guard isKept, !full.isEmpty || !lines.isEmpty else { return [] }
    defer {
      full = []
      lines.removeAll(keepingCapacity: true)
    }
    return (full + (lines.isEmpty ? [] : [lines])).map { ByteBuffer(bytes: $0) }
  }
}
