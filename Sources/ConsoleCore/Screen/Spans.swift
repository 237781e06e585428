/// Pieces of one line, each with its meaning.
package struct Spans: Equatable, Sendable {
  package struct Span: Equatable, Sendable {
    package var text: SafeText
    package var role: Role
  }

  package private(set) var parts: [Span] = []
  package private(set) var columns = 0

  package init() {}

  package init(_ text: SafeText, _ role: Role = .text) {
    append(text, role)
  }

  package mutating func append(_ text: SafeText, _ role: Role = .text) {
    guard !text.isEmpty else { return }
    parts.append(Span(text: text, role: role))
    columns += text.columns
  }

  package mutating func append(_ other: Spans) {
    parts += other.parts
    columns += other.columns
  }

  /// Blanks up to a column, counted from the line's start.
  package mutating func pad(to column: Int) {
    if columns < column { append(SafeText(String(repeating: " ", count: column - columns))) }
  }

  /// Text in a field: cut or filled to `width`.
  package mutating func field(_ text: SafeText, _ role: Role = .text, width: Int, right: Bool = false) {
    guard width > 0 else { return }
    let cut = text.truncated(to: width)
    let blanks = SafeText(String(repeating: " ", count: max(0, width - cut.columns)))
    if right { append(blanks) }
    append(cut, role)
    if !right { append(blanks) }
  }

  package func prefix(_ width: Int) -> Spans {
    guard columns > width else { return self }
    var result = Spans()
    for part in parts {
      let room = width - result.columns
      if room <= 0 { break }
      let isLast = part.text.columns >= room && result.columns + part.text.columns < columns
      if part.text.columns > room || (isLast && part.text.columns == room) {
        result.append(part.text.columns > room ? part.text.truncated(to: room) : part.text, part.role)
        break
      }
      result.append(part.text, part.role)
    }
    return result
  }

  /// The same pieces in rows of a width; what `maximum` rows do not hold is left out.
  package func wrapped(to width: Int, maximum: Int) -> [Spans] {
    var rows = [Spans()]
    for part in parts {
      var rest = part.text
      while !rest.isEmpty {
        let cut = rest.wrapped(to: max(2, width - rows[rows.count - 1].columns)).first ?? rest
        if cut.isEmpty || rows[rows.count - 1].columns + cut.columns > width {
          guard rows.count < maximum, rows[rows.count - 1].columns > 0 else { return rows }
          rows.append(Spans())
          continue
        }
        rows[rows.count - 1].append(cut, part.role)
        rest = rest.slice(cut.glyphs.count..<rest.glyphs.count)
      }
    }
    return rows
  }

  package var string: String { parts.reduce(into: "") { $0 += $1.text.string } }
}

/// Lines to put into a pane, together with what may be wanted of them.
package typealias Lines = [Spans]
