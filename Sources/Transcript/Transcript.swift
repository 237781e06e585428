import PostgresWire
import SessionModel

/// Readable content of recorded bytes. Pure: bytes in, values out; it never fails, whatever the bytes are.
///
/// What comes out is not yet fit for a terminal: control characters are as recorded.
package enum Transcript {
  /// How a protocol's bytes are read.
  enum Reading {
    case postgres
    /// Text where the bytes are UTF-8, else hexadecimal.
    case plain
    /// A terminal's output.
    case shell

    init(_ proto: String) {
      switch proto {
      case "postgres": self = .postgres
      case "shell": self = .shell
      case _: self = .plain
      }
    }
  }

  /// Text of bytes that no protocol explains: as they are where they are UTF-8, else in hexadecimal.
  package static func plain(_ bytes: some Collection<UInt8>, limit: Int) -> String {
    let head = Array(bytes.prefix(limit + 4))
    if let text = String(validating: head.prefix(limit), as: UTF8.self) { return text }
    // A limit may fall within a character: up to three bytes are left off for it.
    if bytes.count > limit {
      for cut in 1...3 where limit > cut {
        if let text = String(validating: head.prefix(limit - cut), as: UTF8.self) { return text }
      }
    }
    return Hexadecimal.encode(head.prefix(limit / 2))
  }
}
