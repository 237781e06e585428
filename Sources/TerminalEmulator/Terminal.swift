import CVTerm

/// An off-screen terminal. It takes a program's output and has a screen; it answers nothing and has no title, bell or clipboard.
///
/// Whatever the bytes are, the cells are fit to be drawn. It belongs to one caller at a time.
package final class Terminal {
  /// Columns and rows that are taken; sizes beyond are cut to them.
  package static let columnRange = 2...CVTERM_MAX_COLUMNS
  package static let rowRange = 1...CVTERM_MAX_ROWS

  private let term: OpaquePointer
  /// How often libvterm wrote beyond its memory, and was begun anew.
  package private(set) var restarts = 0

  /// A state of one terminal, a few kilobytes. It fits no other terminal than the one it is of.
  package struct Keyframe: Sendable {
    fileprivate let owner: ObjectIdentifier
    fileprivate let bytes: [UInt8]

    package var count: Int { bytes.count }
  }

  package init(columns: Int, rows: Int) {
    guard let made = cvterm_new(Int32(clamping: rows), Int32(clamping: columns)) else {
      preconditionFailure("no address space for a terminal")
    }
    term = made
  }

  deinit {
    cvterm_free(term)
  }

  package var columns: Int { Int(cvterm_columns(term)) }
  package var rows: Int { Int(cvterm_rows(term)) }

  package func feed(_ bytes: some Sequence<UInt8>) {
    let fed: Void? = bytes.withContiguousStorageIfAvailable { feed($0) }
    if fed == nil { Array(bytes).withUnsafeBufferPointer { feed($0) } }
  }

  private func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
    if cvterm_feed(term, bytes.baseAddress, bytes.count) != 0 { restarts += 1 }
  }

  package func resize(columns: Int, rows: Int) {
    if cvterm_resize(term, Int32(clamping: rows), Int32(clamping: columns)) != 0 { restarts += 1 }
  }

  package var screen: TerminalScreen {
    var row: Int32 = 0
    var column: Int32 = 0
    let isVisible = cvterm_cursor(term, &row, &column) != 0
    var screen = TerminalScreen(
      columns: columns, rows: rows, cells: [], cursorRow: Int(row), cursorColumn: Int(column),
      isCursorVisible: isVisible, isAlternate: cvterm_alternate(term) != 0)
    screen.cells.reserveCapacity(screen.columns * screen.rows)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: CVTERM_SCALARS) { scalars in
      for row in 0..<screen.rows {
        for column in 0..<screen.columns { screen.cells.append(cell(row, column, scalars)) }
      }
    }
    return screen
  }

  private func cell(_ row: Int, _ column: Int, _ scalars: UnsafeMutableBufferPointer<UInt32>) -> TerminalCell {
    var width: Int32 = 1
    var attributes: Int32 = 0
    var foreground: UInt32 = 0
    var background: UInt32 = 0
    let count = cvterm_cell(
      term, Int32(row), Int32(column), scalars.baseAddress, &width, &attributes, &foreground, &background)
    var cell = TerminalCell(
      width: count < 0 ? 0 : width == 2 ? 2 : 1, attributes: TerminalCell.Attributes(rawValue: UInt8(attributes)),
      foreground: Terminal.colour(foreground), background: Terminal.colour(background))
    if count > 0 {
      cell.scalar = TerminalCell.drawn(scalars[0])
      if count > 1 { cell.marks = scalars[1..<Int(count)].compactMap(TerminalCell.mark) }
    }
    return cell
  }

  private static func colour(_ value: UInt32) -> TerminalCell.Colour {
    if value == UInt32(CVTERM_OWN) { return .own }
    if value & UInt32(CVTERM_RGB) != 0 {
      return .rgb(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
    return .palette(UInt8(value & 255))
  }

  /// Its state as it is now.
  package func keyframe() -> Keyframe {
    var size = max(4096, lastSize)
    while true {
      var needed = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        needed = cvterm_save(term, buffer.baseAddress, size)
        count = min(needed, size)
      }
      if needed <= size {
        lastSize = needed
        return Keyframe(owner: ObjectIdentifier(self), bytes: bytes)
      }
      size = needed
    }
  }
  private var lastSize = 0

  /// Back to an earlier state, or a later one that it has been in.
  package func restore(_ keyframe: Keyframe) {
    precondition(keyframe.owner == ObjectIdentifier(self), "a keyframe of another terminal")
    keyframe.bytes.withUnsafeBufferPointer { bytes in
      if cvterm_restore(term, bytes.baseAddress, bytes.count) != 0 { restarts += 1 }
    }
  }
}
