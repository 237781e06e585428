import SessionModel

extension StepProjection.Answer {
  /// The JSON that its `Decodable` form reads, keys in order: the same value is the same bytes, so that an index made anew is the
  /// same. Written by hand because every step has one.
  var json: [UInt8] {
    var text = AnswerText()
    text.put("{\"at\":")
    text.put(quoted: at.description)
    text.put(",\"bytes\":")
    text.put(bytes)
    if let error {
      text.put(",\"error\":")
      text.put(error)
    }
    // Only where something was looked at: the general encoder will do.
    if let masks, let json = try? StepMeta.encode(masks) {
      text.put(",\"masks\":")
      text.put(json: json)
    }
    text.put(",\"notRun\":")
    text.put(notRun)
    text.put(",\"origin\":")
    text.put(quoted: origin)
    text.put(",\"results\":[")
    for (index, result) in results.enumerated() {
      if index > 0 { text.put(",") }
      text.put("{")
      if let error = result.error {
        text.put("\"error\":")
        text.put(error)
        text.put(",")
      }
      text.put("\"rows\":")
      text.put(result.rows)
      text.put(",\"sub\":")
      text.put(result.sub)
      if let tag = result.tag {
        text.put(",\"tag\":")
        text.put(quoted: tag)
      }
      text.put("}")
    }
    text.put("],\"rows\":")
    text.put(rows)
    if let tag {
      text.put(",\"tag\":")
      text.put(quoted: tag)
    }
    if let timings {
      text.put(",\"timings\":{\"gateway\":")
      text.put(Int(timings.gateway))
      text.put(",\"held\":")
      text.put(Int(timings.held))
      text.put(",\"upstream\":")
      text.put(Int(timings.upstream))
      text.put("}")
    }
    text.put("}")
    return text.bytes
  }
}

private struct AnswerText {
  private(set) var bytes: [UInt8] = []

  init() {
    bytes.reserveCapacity(256)
  }

  mutating func put(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func put(_ value: Int) { bytes.append(contentsOf: String(value).utf8) }

  mutating func put(json: some Sequence<UInt8>) { bytes.append(contentsOf: json) }

  mutating func put(_ error: ResponseError) {
    put("{\"code\":")
    put(quoted: error.code)
    put(",\"message\":")
    put(quoted: error.message)
    put("}")
  }

  mutating func put(quoted text: String) {
    put("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        put("\\u00")
        bytes.append(Hexadecimal.digit(byte >> 4))
        bytes.append(Hexadecimal.digit(byte & 15))
      default:
        bytes.append(byte)
      }
    }
    put("\"")
  }
}
