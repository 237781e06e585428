/// The written form of a binary array: `{1,2,NULL,"a b"}`.
///
/// Source: `array_send` and `array_out` of PostgreSQL 15.
enum ArrayText {
  /// PostgreSQL's own limit of dimensions.
  static let maximumDimensions = 6

  static func decode(_ cursor: inout WireCursor) -> String? {
    guard let dimensions = cursor.readInt32(), dimensions >= 0, dimensions <= maximumDimensions,
      cursor.readInt32() != nil, let element = cursor.readUInt32()
    else { return nil }
    guard dimensions > 0 else { return "{}" }
    // An array of arrays does not exist in PostgreSQL; a sender that claims one would have this call itself.
    guard PostgresType.elements[element] == nil else { return nil }
    var sizes: [Int] = []
    var count = 1
    for _ in 0..<dimensions {
      guard let size = cursor.readInt32(), size > 0, cursor.readInt32() != nil else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(size))
      // Each element takes at least its length field.
      guard !overflow, product <= cursor.remaining / 4 + 1 else { return nil }
      count = product
      sizes.append(Int(size))
    }
    var text = ""
    guard write(&cursor, sizes[...], element, &text) else { return nil }
    return text
  }

  private static func write(
    _ cursor: inout WireCursor, _ sizes: ArraySlice<Int>, _ element: UInt32, _ text: inout String
  ) -> Bool {
    guard let size = sizes.first else { return false }
    text += "{"
    for index in 0..<size {
      if index > 0 { text += "," }
      if sizes.count > 1 {
        guard write(&cursor, sizes.dropFirst(), element, &text) else { return false }
        continue
      }
      guard let length = cursor.readInt32() else { return false }
      guard length >= 0 else {
        text += "NULL"
        continue
      }
      guard let range = cursor.take(Int(length)),
        let value = ValueText.binary(UnsafeRawBufferPointer(rebasing: cursor.bytes[range]), type: element)
      else { return false }
      text += quoted(value)
    }
    text += "}"
    return true
  }

  private static func quoted(_ value: String) -> String {
    let plain =
      !value.isEmpty && value.lowercased() != "null"
      && value.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"), 9...13,
          32:
          false
        default: true
        }
      }
    if plain { return value }
    var text = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}
