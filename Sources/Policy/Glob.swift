/// `*` for any run of characters, `?` for one; everything else for itself. Works on UTF-8 bytes, without recursion.
package struct Glob: Equatable, Sendable {
  private let pattern: [UInt8]
  private let isAny: Bool
  private let isPlain: Bool

  package init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
    isAny = !pattern.isEmpty && pattern.utf8.allSatisfy { $0 == UInt8(ascii: "*") }
    isPlain = !pattern.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  package func matches(_ text: String) -> Bool {
    if isAny { return true }
    var text = text
    return text.withUTF8 { matches($0) }
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if isPlain { return text.elementsEqual(pattern) }
    var at = 0
    var place = 0
    var star = -1
    var resume = 0
    while at < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = place
        resume = at
        place += 1
      } else if place < pattern.count, pattern[place] == text[at] {
        place += 1
        at += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
        place += 1
        at += 1
        while at < text.count, text[at] & 0xc0 == 0x80 { at += 1 }
      } else if star >= 0 {
        place = star + 1
        resume += 1
        at = resume
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
  }
}
