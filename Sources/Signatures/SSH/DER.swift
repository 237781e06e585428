/// The little of X.690 that hands SSH keys and signatures, and requests for timestamps, to OpenSSL.
enum DER {
  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }
  static func integer(_ minimal: [UInt8]) -> [UInt8] { element(0x02, minimal) }
  static func bits(_ content: [UInt8]) -> [UInt8] { element(0x03, [0] + content) }
  static func identifier(_ content: [UInt8]) -> [UInt8] { element(0x06, content) }
  static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }
  static let yes: [UInt8] = [0x01, 0x01, 0xff]
  static let null: [UInt8] = [0x05, 0x00]

  private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    if count < 0x80 { return [tag, UInt8(count)] + content }
    var length: [UInt8] = []
    var rest = count
    while rest > 0 {
      length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }
}
