import SessionModel

/// What a `heads` record states: everything of the past that the recorder needs to go on from here.
package struct HeadsMeta: Codable, Equatable, Sendable {
  package var lanes: [Lane]
  package var sessions: [Session]
  /// Legal holds that stand; nil for none.
  package var holds: [LegalHold]?

  package struct Lane: Codable, Equatable, Sendable {
    package var name: String
    package var gseq: UInt64
    package var incarnation: UInt64
  }

  package struct Session: Codable, Equatable, Sendable {
    package var id: SessionID
    package var lane: String
    /// Entries of the session so far.
    package var count: UInt64
    package var head: LeafHash
    package var decisions: [Pending]
  }

  /// A decision that its gateway has not yet carried out.
  package struct Pending: Codable, Equatable, Sendable {
    package var decision: DecisionMeta
    package var leaf: LeafHash
  }
}
