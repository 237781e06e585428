/// The hash of one journal entry as a leaf of the log: SHA-256(0x00 ‖ entry).
///
/// Source: RFC 6962, section 2.1.
package struct LeafHash: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// - Precondition: `bytes` are 32; whoever reads them from a peer checks first.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "a leaf hash is 32 bytes")
    self.bytes = bytes
  }

  /// What the first entry of a session names as the one before it.
  package static let none = LeafHash(bytes: [UInt8](repeating: 0, count: 32))
}

extension LeafHash: CustomStringConvertible {
  package var description: String { Hexadecimal.encode(bytes) }
}

extension LeafHash: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Hexadecimal.decode(try container.decode(String.self)), bytes.count == 32 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a leaf hash")
    }
    self.bytes = bytes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
