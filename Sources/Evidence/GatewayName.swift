/// How entries name whose numbers `gseq` counts.
package enum GatewayName {
  /// The recorder's own records.
  package static let recorder = "recorder"
  /// Longest name without its lane, in bytes.
  package static let limit = 64

  /// Whether a gateway may be called so: 1 to 64 letters, digits, `.`, `_`, `-`, and not the recorder's own name.
  package static func isValid(_ name: String) -> Bool {
    !name.utf8.isEmpty && name.utf8.count <= limit && name.utf8.allSatisfy(isNameByte) && name != recorder
  }

  package static func lane(_ name: String, _ lane: UInt16) -> String {
    "\(name)/\(lane)"
  }

  /// Whether these are `recorder`, or a valid name, a slash and a lane's number.
  static func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var slash = 0
    while slash < bytes.count, isNameByte(bytes[slash]) { slash += 1 }
    guard slash < bytes.count else { return bytes.elementsEqual(recorder.utf8) }
    guard bytes[slash] == UInt8(ascii: "/"), slash > 0, slash <= limit else { return false }
    let digits = bytes.count - slash - 1
    guard digits > 0, digits <= 5, digits == 1 || bytes[slash + 1] != UInt8(ascii: "0") else { return false }
    var value = 0
    for place in (slash + 1)..<bytes.count {
      let byte = bytes[place]
      guard byte >= 0x30, byte <= 0x39 else { return false }
      value = value * 10 + Int(byte - 0x30)
    }
    return value <= Int(UInt16.max)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
