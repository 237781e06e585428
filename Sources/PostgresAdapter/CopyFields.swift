import Policy

/// The fields of one line of COPY's text and CSV formats.
enum CopyFields {
  struct Field: Sendable {
    var range: Range<Int>
    var isQuoted: Bool
  }

  /// - Returns: `nil` where a quote is left open.
  static func split(_ line: UnsafeBufferPointer<UInt8>, _ format: CopyFormat) -> [Field]? {
    var fields: [Field] = []
    var start = 0
    var at = 0
    var isQuoted = false
    while at < line.count {
      let byte = line[at]
      if format.isCSV, byte == format.quote {
        isQuoted = true
        at += 1
        while at < line.count, line[at] != format.quote { at += 1 }
        guard at < line.count else { return nil }
        at += 1
      } else if !format.isCSV, byte == UInt8(ascii: "\\") {
        at += 2
      } else if byte == format.delimiter {
        fields.append(Field(range: start..<at, isQuoted: isQuoted))
        at += 1
        start = at
        isQuoted = false
      } else {
        at += 1
      }
    }
    guard at == line.count else { return nil }
    fields.append(Field(range: start..<at, isQuoted: isQuoted))
    return fields
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
  static func append(_ value: [UInt8], _ format: CopyFormat, to output: inout [UInt8]) {
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
