/// What servers store of passwords: it can be attacked offline, and some of it logs in as it is.
enum PasswordVerifier {
  /// PostgreSQL's `SCRAM-SHA-256$…` and `md5…` (chapter "Password Authentication").
  static func range(_ text: ByteView, at start: Int) -> Range<Int>? {
    switch text[start] | 0x20 {
    case UInt8(ascii: "s"):
      guard text.matches("scram-sha-", at: start) else { return nil }
      var end = start + 10
      var dollars = 0
      while isVerifierByte(text[end]), end - start < 400 {
        if text[end] == UInt8(ascii: "$") { dollars += 1 }
        end += 1
      }
      return dollars >= 2 && end - start > 60 ? start..<end : nil
    case UInt8(ascii: "m"):
      guard text.matches("md5", at: start) else { return nil }
      for index in start + 3..<start + 35 where !text[index].isASCIIHexDigit { return nil }
      return SecretDetector.isTokenByte(text[start + 35]) ? nil : start..<start + 35
    case _: return nil
    }
  }

  /// The forms of crypt(5): `$2b$`, `$5$`, `$6$`, `$y$`, `$argon2id$`, `$pbkdf2-…$`, `$scrypt$`.
  static func cryptRange(_ text: ByteView, at start: Int) -> Range<Int>? {
    let prefixes: [StaticString] = [
      "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$gy$", "$7$", "$argon2i", "$argon2d", "$pbkdf2", "$scrypt$",
      "$apr1$",
    ]
    guard prefixes.contains(where: { text.matchesExactly($0, at: start) }) else { return nil }
    var end = start
    while isVerifierByte(text[end]) || text[end] == UInt8(ascii: ",") { end += 1 }
    return end - start >= 24 ? start..<end : nil
  }

  private static func isVerifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "$"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="),
      UInt8(ascii: ":"), UInt8(ascii: "-"):
      true
    case _: byte.isASCIIAlphanumeric
    }
  }
}
