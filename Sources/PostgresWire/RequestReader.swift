/// Reads the recorded bytes of a request, message by message. It never fails, as `ResponseReader`.
///
/// Source: PostgreSQL 15, "Message Formats".
package struct RequestReader: Sequence, IteratorProtocol, Sendable {
  /// What is read; ranges in the items are offsets in it.
  package let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Bytes at the end that are not a whole message: COPY data that goes on in the next record.
  package var leftover: Int { bytes.count - position }

  package mutating func next() -> RequestItem? {
    guard bytes.count - position >= 5 else { return nil }
    let type = bytes[position]
    let length = bytes.withUnsafeBytes {
      Int(UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)))
    }
    guard length >= 4 else {
      let rest = bytes.count - position
      position = bytes.count
      return .other(type: type, length: rest)
    }
    guard bytes.count - position >= length + 1 else { return nil }
    let body = (position + 5)..<(position + 1 + length)
    position += length + 1
    return bytes.withUnsafeBytes { raw in
      RequestReader.decode(type, WireCursor(raw, body)) ?? .other(type: type, length: length)
    }
  }

  /// A value as text, given the type that the statement or the server names for it (0 where unknown).
  package func cell(_ value: RequestItem.RawValue, type: UInt32) -> ResponseCell {
    guard let range = value.range, range.upperBound <= bytes.count else { return .null }
    return bytes.withUnsafeBytes {
      ValueText.decode(UnsafeRawBufferPointer(rebasing: $0[range]), type: type, format: value.format)
    }
  }

  static func decode(_ type: UInt8, _ body: WireCursor) -> RequestItem? {
    var body = body
    switch type {
    case UInt8(ascii: "Q"): return body.readCString().map { .query(text: $0) }
    case UInt8(ascii: "P"):
      guard let name = body.readCString(), let text = body.readCString(), let types = readTypes(&body) else {
        return nil
      }
      return .parse(statement: name, text: text, types: types)
    case UInt8(ascii: "B"): return readBind(&body).map { .bind($0) }
    case UInt8(ascii: "D"):
      guard let kind = body.readUInt8(), let name = body.readCString() else { return nil }
      return .describe(kind: kind, name: name)
    case UInt8(ascii: "C"):
      guard let kind = body.readUInt8(), let name = body.readCString() else { return nil }
      return .close(kind: kind, name: name)
    case UInt8(ascii: "E"):
      guard let portal = body.readCString(), let rows = body.readInt32() else { return nil }
      return .execute(portal: portal, rows: rows)
    case UInt8(ascii: "H"): return .flush
    case UInt8(ascii: "S"): return .sync
    case UInt8(ascii: "F"):
      guard let function = body.readUInt32(), let formats = readFormats(&body), let values = readValues(&body, formats)
      else { return nil }
      return .functionCall(function: function, values: values)
    case UInt8(ascii: "d"):
      let value = UnsafeRawBufferPointer(rebasing: body.bytes[body.position..<body.end])
      return .copyData(ValueText.decode(value, type: 0, format: nil))
    case UInt8(ascii: "c"): return .copyDone
    case UInt8(ascii: "f"): return body.readCString().map { .copyFail(reason: $0) }
    case UInt8(ascii: "X"): return .terminate
    default: return nil
    }
  }

  /// Reads the parameter types at the end of a Parse.
  package static func readTypes(_ body: inout WireCursor) -> [UInt32]? {
    guard let count = body.readUInt16(), body.remaining >= Int(count) * 4 else { return nil }
    var types: [UInt32] = []
    types.reserveCapacity(Int(count))
    for _ in 0..<count { types.append(body.readUInt32() ?? 0) }
    return types
  }

  /// Reads a Bind's body; `nil` when it is not well-formed.
  package static func readBind(_ body: inout WireCursor) -> RequestItem.Bound? {
    guard let portal = body.readCString(), let statement = body.readCString(), let formats = readFormats(&body),
      let values = readValues(&body, formats), let results = readFormats(&body)
    else { return nil }
    return RequestItem.Bound(portal: portal, statement: statement, values: values, resultFormats: results)
  }

  private static func readFormats(_ body: inout WireCursor) -> [Int16]? {
    guard let count = body.readUInt16(), body.remaining >= Int(count) * 2 else { return nil }
    if count == 0 { return [] }
    var formats: [Int16] = []
    formats.reserveCapacity(Int(count))
    for _ in 0..<count { formats.append(body.readInt16() ?? 0) }
    return formats
  }

  private static func readValues(_ body: inout WireCursor, _ formats: [Int16]) -> [RequestItem.RawValue]? {
    guard let count = body.readUInt16() else { return nil }
    if count == 0 { return [] }
    guard formats.count <= 1 || formats.count == Int(count) else { return nil }
    var values: [RequestItem.RawValue] = []
    values.reserveCapacity(Swift.min(Int(count), body.remaining / 4))
    for index in 0..<Int(count) {
      let format = formats.count > 1 ? formats[index] : formats.first ?? 0
      guard let length = body.readInt32() else { return nil }
      guard length >= 0 else {
        values.append(RequestItem.RawValue(format: format, range: nil))
        continue
      }
      guard let range = body.take(Int(length)) else { return nil }
      values.append(RequestItem.RawValue(format: format, range: range))
    }
    return values
  }
}
