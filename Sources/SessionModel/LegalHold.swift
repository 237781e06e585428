/// What keeps sessions from retention, whatever a policy says, until it is lifted. Placing and lifting are records.
package struct LegalHold: Codable, Equatable, Sendable {
  package var id: String
  /// False where the record lifts the hold of this `id`.
  package var placed: Bool
  package var by: String
  package var reason: String
  /// Sessions that it held when it was placed.
  package var sessions: [SessionID]
  /// Sessions that match later are held too.
  package var query: String?

  /// Sessions that one hold may name.
  package static let sessionLimit = 10_000

  package init(id: String, placed: Bool, by: String, reason: String, sessions: [SessionID], query: String?) {
    self.id = id
    self.placed = placed
    self.by = by
    self.reason = reason
    self.sessions = sessions
    self.query = query
  }
}

/// Holds as records place and lift them, one after the other.
package struct LegalHolds: Equatable, Sendable {
  package private(set) var active: [LegalHold]

  package init(_ active: [LegalHold] = []) {
    self.active = active
  }

  package mutating func take(_ hold: LegalHold) {
    active.removeAll { $0.id == hold.id }
    if hold.placed { active.append(hold) }
  }

  /// Sessions that are held by name.
  package var sessions: Set<SessionID> { Set(active.flatMap(\.sessions)) }
}
