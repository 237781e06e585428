import PostgresWire
import SessionModel

extension Transcript {
  /// The statement and bound values of one request record.
  ///
  /// - Parameters:
  ///   - earlier: Text of an earlier step, where this one only names it.
  ///   - limit: Bytes of text; the rest is left off.
  /// - Returns: the text, its whole length in bytes, and the values (`nil` is NULL).
  package static func request(
    _ meta: RequestMeta, wire: [UInt8]?, text: [UInt8]?, earlier: (Int) -> (text: String, bytes: Int)?,
    limit: Int = .max
  ) -> (text: String, bytes: Int, values: [String?]) {
    let found: (text: String, bytes: Int)
    switch meta.text {
    case .wire(let offset, let length):
      let bytes = slice(wire, offset, length)
      found = (String(decoding: bytes.prefix(limit), as: UTF8.self), bytes.count)
    case .part:
      found = (String(decoding: (text ?? []).prefix(limit), as: UTF8.self), text?.count ?? 0)
    case .step(let step):
      found = earlier(step) ?? ("", 0)
    case .none:
      found = ("", 0)
    }
    return (found.text, found.bytes, values(of: meta, wire: wire, limit: limit))
  }

  /// Bound values as a person reads them.
  package static func values(of meta: RequestMeta, wire: [UInt8]?, limit: Int = .max) -> [String?] {
    meta.values.map { value in
      switch value {
      case .null: nil
      case .text(let text): text
      case .hex(let digits): "\\x" + digits
      case .wire(let offset, let length): plain(slice(wire, offset, length), limit: min(limit, 1 << 20))
      }
    }
  }

  private static func slice(_ bytes: [UInt8]?, _ offset: Int, _ length: Int) -> ArraySlice<UInt8> {
    guard let bytes, offset >= 0, length >= 0, offset <= bytes.count else { return [] }
    return bytes[offset..<(offset + min(length, bytes.count - offset))]
  }
}
