/// Leave to run the same request again, given with an approval and signed with it.
package struct ApprovalGrant: Codable, Equatable, Sendable {
  /// How many times more.
  package var count: Int
  /// Absolute end, whatever is left then.
  package var until: Timestamp
  /// For every request with the same normal form, whatever its values; else for the same bytes.
  package var anyValue: Bool

  package init(count: Int, until: Timestamp, anyValue: Bool = false) {
    self.count = count
    self.until = until
    self.anyValue = anyValue
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    count = try container.decode(Int.self, forKey: .count)
    until = try container.decode(Timestamp.self, forKey: .until)
    anyValue = try container.decodeIfPresent(Bool.self, forKey: .anyValue) ?? false
  }

  enum CodingKeys: String, CodingKey {
    case count, until
    case anyValue = "any_value"
  }

  /// Most that may be given at once.
  package static let countLimit = 1000
  /// Microseconds from now to the latest end: 30 days.
  package static let timeLimit: Int64 = 30 * 86_400_000_000

  /// Whether it is within the limits, and not over.
  package func isUsable(at now: Timestamp) -> Bool {
    (1...Self.countLimit).contains(count) && now < until && until.microseconds(since: now) <= Self.timeLimit
  }

  /// What several people together have given: no more than any of them; nothing where one gave none.
  package static func least(_ grants: [ApprovalGrant?]) -> ApprovalGrant? {
    let given = grants.compactMap(\.self)
    guard given.count == grants.count, let count = given.map(\.count).min(), let until = given.map(\.until).min() else {
      return nil
    }
    return ApprovalGrant(count: count, until: until, anyValue: given.allSatisfy(\.anyValue))
  }
}
