import SessionModel

/// A record that the recorder writes itself into a session: of an import.
package struct OwnRecord: Sendable, Equatable {
  package var kind: RecordKind
  /// JSON.
  package var meta: [UInt8]
  package var wire: [UInt8]?
  package var text: [UInt8]?
  /// When it happened, as its source says.
  package var claimedAt: Timestamp?

  package init(
    kind: RecordKind, meta: [UInt8], wire: [UInt8]? = nil, text: [UInt8]? = nil, claimedAt: Timestamp? = nil
  ) {
    self.kind = kind
    self.meta = meta
    self.wire = wire
    self.text = text
    self.claimedAt = claimedAt
  }
}
