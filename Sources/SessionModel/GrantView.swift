/// A grant as `steno grants` shows it.
package struct GrantView: Codable, Equatable, Sendable {
  package var count: Int
  package var until: Timestamp
  /// Times that it has been used.
  package var used: Int
  /// For any value of the normal form; nil for the same bytes.
  package var anyValue: Bool?
  package var revoked: Timestamp?
  package var revokedBy: String?

  package init(_ grant: ApprovalGrant) {
    count = grant.count
    until = grant.until
    used = 0
    anyValue = grant.anyValue ? true : nil
  }

  /// Whether it may still be used, as far as the record shows.
  package func isActive(at now: Timestamp) -> Bool {
    revoked == nil && used < count && now < until
  }

  enum CodingKeys: String, CodingKey {
    case count, until, used, revoked
    case anyValue = "any_value"
    case revokedBy = "revoked_by"
  }
}
