import SessionModel

/// A stretch of a shell's recording, as the console is given it.
package struct ShellPage: Equatable, Sendable {
  package struct Piece: Equatable, Sendable {
    package var step: Int
    package var events: ShellEvents
    package var bytes: [UInt8]

    package init(step: Int, events: ShellEvents, bytes: [UInt8]) {
      self.step = step
      self.events = events
      self.bytes = bytes
    }
  }

  /// The size at the start, where it is known.
  package var columns: Int?
  package var rows: Int?
  package var pieces: [Piece]
  /// What the next page comes after; nil at the end.
  package var next: UInt64?

  package init(columns: Int?, rows: Int?, pieces: [Piece], next: UInt64?) {
    self.columns = columns
    self.rows = rows
    self.pieces = pieces
    self.next = next
  }
}
