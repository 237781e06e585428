/// A private key in its armour (RFC 7468, section 10; OpenSSH; RFC 9580, section 6.2), to its end or the text's.
enum PrivateKeyBlock {
  static func range(_ text: ByteView, at start: Int) -> Range<Int>? {
    guard text.matchesExactly("-----BEGIN ", at: start) else { return nil }
    var at = start + 11
    var isPrivate = false
    while at - start < 80, text[at].isASCIIUppercase || text[at] == UInt8(ascii: " ") || text[at].isASCIIDigit {
      if text.matchesExactly("PRIVATE KEY", at: at) { isPrivate = true }
      at += 1
    }
    guard isPrivate, text.matchesExactly("-----", at: at) else { return nil }
    at += 5
    while at < text.count {
      if text[at] == UInt8(ascii: "-"), text.matchesExactly("-----END ", at: at) {
        var end = at + 9
        while end - at < 80, text[end].isASCIIUppercase || text[end] == UInt8(ascii: " ") { end += 1 }
        while text[end] == UInt8(ascii: "-"), end < text.count { end += 1 }
        return start..<end
      }
      at += 1
    }
    // Cut off: all that is left of it.
    return start..<text.count
  }
}
