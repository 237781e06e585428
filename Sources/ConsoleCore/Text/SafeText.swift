/// What stands in one column of text, or in two.
package struct Glyph: Equatable, Sendable {
  /// One printable scalar and at most `SafeText.marks` combining ones.
  package let text: String
  package let columns: Int
  /// Part of the visible form of a character that must not reach a terminal.
  package let isControl: Bool

  /// Only the sanitizer makes glyphs.
  fileprivate init(text: String, columns: Int, isControl: Bool) {
    self.text = text
    self.columns = columns
    self.isControl = isControl
  }

  static let blank = Glyph(text: " ", columns: 1, isControl: false)
  static let ellipsis = Glyph(text: "…", columns: 1, isControl: false)
  /// U+0020 to U+007E, of which most text is.
  fileprivate static let plain = (UInt8(0x20)...0x7E).map {
    Glyph(text: String(Character(Unicode.Scalar($0))), columns: 1, isControl: false)
  }
}

/// Text that is fit for a screen: the only thing that a grid accepts.
///
/// There is one way to make it, and that way replaces every character that a terminal would act on, or that a reader would
/// not see, by a visible form in `control` glyphs: C0 as `^[`, the rest as `<202E>`. They are counted in `hidden`.
package struct SafeText: Equatable, Sendable {
  /// Combining marks kept on one glyph; those beyond are shown as controls, so that no line grows out of its row.
  package static let marks = 3

  package private(set) var glyphs: [Glyph]
  package private(set) var columns: Int
  /// Characters that were replaced.
  package private(set) var hidden: Int

  package init() {
    glyphs = []
    columns = 0
    hidden = 0
  }

  /// Makes one line of text, at most `limit` columns wide; the work is bounded by the limit, whatever the input's size.
  ///
  /// - Parameter folding: Line ends and tabs become single spaces, as a one-line summary wants, instead of controls.
  package init(_ text: some StringProtocol, limit: Int = 4096, folding: Bool = false) {
    self.init()
    glyphs.reserveCapacity(Swift.min(text.utf8.count, limit))
    var blank = false
    for scalar in text.unicodeScalars {
      if columns >= limit { break }
      if folding, scalar == "\n" || scalar == "\r" || scalar == "\t" || scalar == " " {
        if !blank, columns > 0 { append(Glyph.blank) }
        blank = true
        continue
      }
      blank = false
      append(scalar)
    }
    if columns > limit { self = truncated(to: limit) }
  }

  /// Text from bytes: what is not UTF-8 is shown byte by byte.
  package init(bytes: some Sequence<UInt8>, limit: Int = 4096) {
    self.init()
    var decoder = UTF8()
    var iterator = RecordingIterator(bytes.makeIterator())
    decoding: while columns < limit {
      iterator.taken.removeAll(keepingCapacity: true)
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): append(scalar)
      case .emptyInput: break decoding
      case .error:
        // The decoder may have read a byte ahead; what it reports as wrong is the first of them.
        appendControl("<\(SafeText.hexadecimal(UInt32(iterator.taken.first ?? 0xFF), digits: 2))>")
      }
    }
  }

  package static func + (left: SafeText, right: SafeText) -> SafeText {
    var both = left
    both.glyphs += right.glyphs
    both.columns += right.columns
    both.hidden += right.hidden
    return both
  }

  /// The number of characters in `text` that a screen replaces, line ends and tabs not counted. Reads all of it.
  package static func countHidden(in text: some StringProtocol) -> Int {
    var count = 0
    var marksInRow = 0
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      if scalar.value >= 0x20, scalar.value < 0x7F {
        marksInRow = 0
        if previous == "\r" { count += 1 }
        continue
      }
      switch ScalarWidth.of(scalar) {
      case .columns: marksInRow = 0
      case .combining:
        marksInRow += 1
        if marksInRow > marks || previous == nil { count += 1 }
      case .hidden:
        // A carriage return is a line's end only before a line feed.
        if scalar != "\n", scalar != "\t", scalar != "\r" { count += 1 }
        marksInRow = 0
      }
      if previous == "\r", scalar != "\n" { count += 1 }
    }
    return previous == "\r" ? count + 1 : count
  }

  package var isEmpty: Bool { glyphs.isEmpty }

  /// As written on the screen: fit for copying.
  package var string: String { glyphs.reduce(into: "") { $0 += $1.text } }

  /// The text cut to `width` columns, its last one an ellipsis where something is missing.
  package func truncated(to width: Int) -> SafeText {
    guard columns > width else { return self }
    var result = SafeText()
    guard width > 0 else { return result }
    for glyph in glyphs {
      if result.columns + glyph.columns > width - 1 { break }
      result.append(glyph)
    }
    result.append(Glyph.ellipsis)
    result.hidden = hidden
    return result
  }

  /// Lines of at most `width` columns, broken at spaces where there are some.
  package func wrapped(to width: Int, maximum: Int = 10_000) -> [SafeText] {
    guard width > 1, columns > width else { return [self] }
    var lines: [SafeText] = []
    var start = 0
    while start < glyphs.count, lines.count < maximum {
      var end = start
      var used = 0
      var space: Int?
      while end < glyphs.count, used + glyphs[end].columns <= width {
        used += glyphs[end].columns
        if glyphs[end].text == " " { space = end }
        end += 1
      }
      if end == start { end = start + 1 }
      if end < glyphs.count, glyphs[end].text != " ", let space, space > start + (end - start) / 3 { end = space + 1 }
      lines.append(slice(start..<end))
      start = end
    }
    return lines
  }

  package func slice(_ range: Range<Int>) -> SafeText {
    var part = SafeText()
    for glyph in glyphs[range.clamped(to: 0..<glyphs.count)] { part.append(glyph) }
    return part
  }

  private mutating func append(_ glyph: Glyph) {
    glyphs.append(glyph)
    columns += glyph.columns
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.value >= 0x20, scalar.value < 0x7F {
      glyphs.append(Glyph.plain[Int(scalar.value) - 0x20])
      columns += 1
      return
    }
    switch ScalarWidth.of(scalar) {
    case .columns(let width):
      append(Glyph(text: String(Character(scalar)), columns: width, isControl: false))
    case .combining:
      if let last = glyphs.last, !last.isControl, last.text.unicodeScalars.count <= SafeText.marks {
        var text = last.text
        text.unicodeScalars.append(scalar)
        glyphs[glyphs.count - 1] = Glyph(text: text, columns: last.columns, isControl: false)
      } else {
        appendControl("<\(SafeText.hexadecimal(scalar.value, digits: 4))>")
      }
    case .hidden:
      appendControl(SafeText.visible(scalar))
    }
  }

  private mutating func appendControl(_ visible: String) {
    hidden += 1
    for character in visible { append(Glyph(text: String(character), columns: 1, isControl: true)) }
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0..<0x20: "^" + String(Character(Unicode.Scalar(UInt8(scalar.value + 0x40))))
    case 0x7F: "^?"
    default: "<" + hexadecimal(scalar.value, digits: scalar.value < 0x100 ? 2 : 4) + ">"
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
  }
}

extension SafeText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) { self.init(value) }
}

private struct RecordingIterator<Base: IteratorProtocol>: IteratorProtocol where Base.Element == UInt8 {
  var base: Base
  var taken: [UInt8] = []

  init(_ base: Base) { self.base = base }

  mutating func next() -> UInt8? {
    guard let byte = base.next() else { return nil }
    taken.append(byte)
    return byte
  }
}
