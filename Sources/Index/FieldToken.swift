import SessionModel

/// How a field's value stands in a step's full-text row: as one word that the tokenizer leaves whole.
///
/// `qq`, the field's letter, then the value in lower case: ASCII letters other than `z` and digits as they are, every other byte as
/// `z` and two hexadecimal digits. A value's prefix is its token's prefix.
enum FieldToken {
  /// Stands in every row, so that a query of exclusions alone has something to exclude from.
  static let every = "qqeverything"

  static func make(_ field: SearchField, _ value: some StringProtocol) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "q"), UInt8(ascii: "q"), field.letter]
    // The longest value that is told apart: far beyond what a name may be.
    for byte in value.lowercased().utf8.prefix(200) {
      switch byte {
      case UInt8(ascii: "a")..<UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "z"))
        bytes.append(Hexadecimal.digit(byte >> 4))
        bytes.append(Hexadecimal.digit(byte & 15))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func tokens(of start: SessionStart, session: SessionID) -> String {
    [
      every, make(.agent, start.agent), make(.principal, start.principal), make(.connection, start.connection),
      make(.proto, start.proto), make(.session, session.description),
    ].joined(separator: " ")
  }
}
