import SessionModel

/// Where the index is not what the journal makes of itself. It never contains captured data.
package struct IndexDifference: Error, Equatable, Sendable, CustomStringConvertible {
  package enum How: String, Sendable {
    /// The journal has it, the index has not.
    case missing
    /// The index has it, the journal has not.
    case added
    case changed
  }

  /// What it is of: a table of the index, or `schema`.
  package var table: String
  package var how: How
  /// Journal index of the record that the row stands for, where it is one's.
  package var record: UInt64?
  package var session: SessionID?
  package var step: Int?

  package init(_ table: String, _ how: How, record: UInt64? = nil, session: SessionID? = nil, step: Int? = nil) {
    self.table = table
    self.how = how
    self.record = record
    self.session = session
    self.step = step
  }

  package var description: String {
    var place = "a row of \(table)"
    if let session { place += " of session \(session)" }
    if let step, step > 0 { place += " step \(step)" }
    if let record { place += " (record \(record))" }
    return "\(place) \(how == .missing ? "is missing" : how == .added ? "was added" : "was changed")"
  }
}
