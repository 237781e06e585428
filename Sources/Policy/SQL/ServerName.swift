/// The name of a prepared statement or a portal, told apart from others as the server does it.
///
/// The server compares bytes, and of those only the first 63 (`NAMEDATALEN` less one); Swift's strings are equal where
/// Unicode calls them canonically equivalent. Whoever mixed the two up would judge one statement and run another.
///
/// Source: PostgreSQL 15, `src/backend/commands/prepare.c` and `src/backend/utils/mmgr/portalmem.c`.
package struct ServerName: Hashable, Sendable {
  /// Bytes that count.
  package static let length = 63

  /// ASCII names as they are, so that the usual ones need no memory of their own; others as hexadecimal behind a mark that
  /// no ASCII name has.
  private let key: String

  package init(_ bytes: some Collection<UInt8>) {
    let counted = bytes.prefix(ServerName.length)
    if counted.allSatisfy({ $0 < 0x80 }) {
      key = String(decoding: counted, as: UTF8.self)
    } else {
      let digits = Array("0123456789abcdef".utf8)
      key = counted.reduce(into: "ÿ") { text, byte in
        text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte >> 4)]))
        text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte & 15)]))
      }
    }
  }

  package init(_ text: String) {
    self.init(text.utf8)
  }
}
