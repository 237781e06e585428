/// Characters by which a text may show other than it runs.
enum Disguise {
  /// Reasons, of `bidi_characters`, `invisible_characters` and `control_characters`, that the text gives.
  static func reasons(in text: String) -> [String] {
    guard text.utf8.contains(where: { $0 >= 0xc2 || ($0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13) || $0 == 0x7f })
    else { return [] }
    var reasons: [String] = []
    func add(_ reason: String) { if !reasons.contains(reason) { reasons.append(reason) } }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x202a...0x202e, 0x2066...0x2069, 0x200e, 0x200f, 0x061c: add("bidi_characters")
      case 0x200b, 0x200c, 0x2060...0x2064, 0xfeff, 0x00ad, 0x180e, 0xe0000...0xe007f: add("invisible_characters")
      case 0...8, 11, 12, 14...31, 127...159: add("control_characters")
      default: break
      }
    }
    return reasons
  }
}
