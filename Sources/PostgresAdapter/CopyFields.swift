import Policy

/// The fields of one line of COPY's text and CSV formats.
struct CopyFields {
  struct Field {
    var range: Range<Int>
    var isQuoted = false
    /// Neither quotes nor escapes are in it: it is its own value.
    var isPlain = true
  }

  private let line: UnsafeBufferPointer<UInt8>
  private let delimiter: UInt8
  /// What makes the bytes behind it another field's or no field's: the quote, or the backslash.
  private let special: UInt8
  private let isCSV: Bool
  private var at = 0
  private var isOver = false
  /// A quote is left open, or an escape at the end.
  private(set) var isBroken = false

  init(_ line: UnsafeBufferPointer<UInt8>, _ format: CopyFormat) {
    self.line = line
    delimiter = format.delimiter
    isCSV = format.isCSV
    special = format.isCSV ? format.quote : UInt8(ascii: "\\")
  }

  /// - Returns: `nil` at the end of the line, or where it is broken.
  mutating func next() -> Field? {
    guard !isOver else { return nil }
    let count = line.count
    var field = Field(range: at..<at)
    var place = at
    while place < count {
      let byte = line[place]
      if byte == delimiter { break }
      place += 1
      guard byte == special else { continue }
      field.isPlain = false
      if isCSV {
        field.isQuoted = true
        while place < count, line[place] != special { place += 1 }
      }
      place += 1
      guard place <= count else {
        isBroken = true
        isOver = true
        return nil
      }
    }
    field.range = at..<place
    isOver = place == count
    at = place + 1
    return field
  }

  /// A field's value with escapes and quotes undone.
  static func value(_ raw: UnsafeBufferPointer<UInt8>, _ field: Field, _ format: CopyFormat) -> [UInt8] {
    var value: [UInt8] = []
    value.reserveCapacity(raw.count)
    var at = 0
    if format.isCSV {
      guard field.isQuoted else { return Array(raw) }
      var inQuotes = false
      while at < raw.count {
        if raw[at] == format.quote {
          if inQuotes, at + 1 < raw.count, raw[at + 1] == format.quote {
            value.append(format.quote)
            at += 2
            continue
          }
          inQuotes.toggle()
        } else {
          value.append(raw[at])
        }
        at += 1
      }
      return value
    }
    while at < raw.count {
      guard raw[at] == UInt8(ascii: "\\"), at + 1 < raw.count else {
        value.append(raw[at])
        at += 1
        continue
      }
      switch raw[at + 1] {
      case UInt8(ascii: "b"): value.append(8)
      case UInt8(ascii: "f"): value.append(12)
      case UInt8(ascii: "n"): value.append(10)
      case UInt8(ascii: "r"): value.append(13)
      case UInt8(ascii: "t"): value.append(9)
      case UInt8(ascii: "v"): value.append(11)
      case let byte: value.append(byte)
      }
      at += 2
    }
    return value
  }

  /// Writes a value so that it is read back as it is.
  static func append(_ value: UnsafeBufferPointer<UInt8>, _ format: CopyFormat, to output: inout [UInt8]) {
    if format.isCSV {
      output.append(format.quote)
      for byte in value {
        if byte == format.quote { output.append(format.quote) }
        output.append(byte)
      }
      output.append(format.quote)
      return
    }
    for byte in value {
      switch byte {
      case 8: output += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
      case 9: output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 10: output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 11: output += [UInt8(ascii: "\\"), UInt8(ascii: "v")]
      case 12: output += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
      case 13: output += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      case UInt8(ascii: "\\"), format.delimiter: output += [UInt8(ascii: "\\"), byte]
      case _: output.append(byte)
      }
    }
  }
}
