/// Base64 with padding and without line breaks, in its one canonical form: what decodes is what `encode` writes.
///
/// Source: RFC 4648, sections 4 and 3.5.
package enum StrictBase64 {
  package static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: ScramBase64.encode(bytes), as: UTF8.self)
  }

  /// `nil` for anything that `encode` would not have written.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    ScramBase64.decode(Array(text.utf8))
  }
}
