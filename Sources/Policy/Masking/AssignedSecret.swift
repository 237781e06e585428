/// Values that are secret for the name in front of them: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`.
enum AssignedSecret {
  private static let longestValue = 1024

  /// Names whose value is secret whatever it is.
  private static let passwords: [StaticString] = ["password", "passwd", "passphrase", "pwd", "passwort", "contraseña"]
  /// Names whose value is secret when it looks drawn at random.
  private static let tokens: [StaticString] = [
    "secret", "token", "apikey", "api_key", "api-key", "api key", "access_key", "accesskey", "access-key",
    "secret_key", "private_key", "privatekey", "auth_key", "authkey", "client_key", "signing_key", "encryption_key",
    "credential", "credentials", "bearer", "sessionid", "session_key", "account_key", "accountkey", "sharedaccesskey",
    "connection_string", "webhook_key", "master_key", "secretkey", "signature", "sig", "x-api-key",
  ]

  private static let names = passwords + tokens

  /// - Parameter separator: Place of `=` or `:`.
  static func range(_ text: ByteView, separator: Int) -> Range<Int>? {
    guard let isPassword = nameKind(text, before: separator) else { return nil }
    var at = separator + 1
    if text[at] == UInt8(ascii: "=") || text[at] == UInt8(ascii: ">") { at += 1 }
    while text[at] == UInt8(ascii: " ") || text[at] == UInt8(ascii: "\t") { at += 1 }
    for scheme in schemes where text.matches(scheme, at: at) { at += scheme.utf8CodeUnitCount }
    let (value, isQuoted) = value(text, from: at)
    guard isSecret(text, value, separator, isPassword: isPassword, isQuoted: isQuoted) else { return nil }
    var end = value.upperBound
    if value.count >= longestValue - 1 {
      while end < text.count, isPlain(text[end]) { end += 1 }
    }
    return value.lowerBound..<end
  }

  private static func isSecret(
    _ text: ByteView, _ value: Range<Int>, _ separator: Int, isPassword: Bool, isQuoted: Bool
  ) -> Bool {
    guard !value.isEmpty, !isPlaceholder(text, value) else { return false }
    if !isQuoted, namesItself(text, value, separator) { return false }
    if !isPassword { return Randomness.looksDrawn(text, value) && (isQuoted || !isMemberName(text, value)) }
    if isQuoted || text[separator] == UInt8(ascii: "=") { return value.count >= 3 }
    // "password: hunter2" gives one away; "password: must be long" does not.
    return value.count >= 4 && isUnlikeAWord(text, value)
  }

  /// Code that passes the value on: `self.password = password`, `password: settings.password`.
  private static func namesItself(_ text: ByteView, _ value: Range<Int>, _ separator: Int) -> Bool {
    var begin = value.upperBound
    while begin > value.lowerBound, text[begin - 1].isASCIILetter || text[begin - 1] == UInt8(ascii: "_") { begin -= 1 }
    let isMember = begin > value.lowerBound && text[begin - 1] == UInt8(ascii: ".")
    guard isMember || begin == value.lowerBound && text[separator - 1] == UInt8(ascii: " ") else { return false }
    return names.contains {
      value.upperBound - begin == $0.utf8CodeUnitCount && text.matches($0, at: begin)
    }
  }

  /// `Token.Name.Builtin`: a name in code.
  private static func isMemberName(_ text: ByteView, _ value: Range<Int>) -> Bool {
    value.contains { text[$0] == UInt8(ascii: ".") }
      && value.allSatisfy { text[$0].isASCIILetter || text[$0] == UInt8(ascii: ".") || text[$0] == UInt8(ascii: "_") }
  }

  private static let schemes: [StaticString] = ["bearer ", "basic ", "token "]

  /// `Bearer …` and `Basic …` where no name stands in front (RFC 6750, RFC 7617).
  static func schemeRange(_ text: ByteView, at start: Int) -> Range<Int>? {
    let first = text[start] | 0x20
    guard first == UInt8(ascii: "b") else { return nil }
    let length: Int
    if text.matches("bearer ", at: start) {
      length = 7
    } else if text.matches("basic ", at: start) {
      length = 6
    } else {
      return nil
    }
    let (value, _) = value(text, from: start + length)
    return value.count >= 16 && Randomness.looksDrawn(text, value) ? value : nil
  }

  /// Whether the name before the separator is a password's (true), a token's (false) or neither (`nil`).
  private static func nameKind(_ text: ByteView, before separator: Int) -> Bool? {
    var end = separator
    while text[end - 1] == UInt8(ascii: " ") { end -= 1 }
    while end > 0,
      text[end - 1] == UInt8(ascii: "\"") || text[end - 1] == UInt8(ascii: "'")
        || text[end - 1] == UInt8(ascii: "`") || text[end - 1] == UInt8(ascii: "\\")
    {
      end -= 1
    }
    guard separator - end <= 8, text[end - 1].isASCIILetter || text[end - 1] >= 0x80 else { return nil }
    if passwords.contains(where: { isName($0, text, end: end) }) { return true }
    return tokens.contains(where: { isName($0, text, end: end) }) ? false : nil
  }

  private static func isName(_ word: StaticString, _ text: ByteView, end: Int) -> Bool {
    text.matches(word, at: end - word.utf8CodeUnitCount)
  }

  private static func value(_ text: ByteView, from start: Int) -> (Range<Int>, isQuoted: Bool) {
    var begin = start
    while text[begin] == UInt8(ascii: "\\") { begin += 1 }
    let quote = text[begin]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`") {
      begin += 1
      var end = begin
      while end < text.count, end - begin < longestValue, text[end] != quote, text[end] != UInt8(ascii: "\n") {
        end += text[end] == UInt8(ascii: "\\") && text[end + 1] != quote ? 2 : 1
      }
      end = min(end, text.count)
      while end > begin, text[end - 1] == UInt8(ascii: "\\") { end -= 1 }
      return (begin..<end, true)
    }
    var end = begin
    while end < text.count, end - begin < longestValue, isPlain(text[end]) { end += 1 }
    while end > begin, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return (begin..<end, false)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "}"),
      UInt8(ascii: "]"), UInt8(ascii: "|"):
      false
    case _: true
    }
  }

  /// `$PASSWORD`, `${…}`, `<password>`, `****`, `null` name no value.
  private static func isPlaceholder(_ text: ByteView, _ value: Range<Int>) -> Bool {
    let first = text[value.lowerBound]
    if first == UInt8(ascii: "$"), text[value.lowerBound + 1] != UInt8(ascii: "2") { return true }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "<") || first == UInt8(ascii: "%") { return true }
    if first == 0xE2, value.count == 3, text.matches("…", at: value.lowerBound) { return true }
    if first == UInt8(ascii: "*"), value.allSatisfy({ text[$0] == first }) { return true }
    for word in ["null", "none", "true", "false", "nil", "undefined"] as [StaticString]
    where value.count == word.utf8CodeUnitCount && text.matches(word, at: value.lowerBound) {
      return true
    }
    return false
  }

  private static func isUnlikeAWord(_ text: ByteView, _ value: Range<Int>) -> Bool {
    value.contains { !text[$0].isASCIILetter && text[$0] < 0x80 && text[$0] != UInt8(ascii: "-") }
  }
}
