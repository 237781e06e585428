import SessionModel

/// How far an approval reaches.
package enum Leave: Equatable, Sendable {
  /// This request, this once.
  case once
  /// The same request again, within limits.
  case grant(ApprovalGrant)
  /// Alone, and one's own request too, in an emergency.
  case breakingGlass
}

/// What a person would grant beside an approval, before its end is fixed: `10`, `10 2h`, `10 2h any`.
struct GrantWish: Equatable, Sendable {
  var count: Int
  /// Microseconds from the approval on.
  var time: Int64
  var anyValue: Bool

  static let form = "so many times, for so long, any value: 10, 10 2h or 10 2h any"

  /// - Returns: nil for what is none, or too large.
  init?(_ text: String) {
    let words = text.lowercased().split(separator: " ")
    guard let first = words.first, first.count <= 4, let count = Int(first),
      (1...ApprovalGrant.countLimit).contains(count)
    else { return nil }
    self.count = count
    time = 3_600_000_000
    anyValue = false
    for (index, word) in words.dropFirst().enumerated() {
      if word == "any", !anyValue {
        anyValue = true
      } else if index == 0, let time = Self.microseconds(word), (1...ApprovalGrant.timeLimit).contains(time) {
        self.time = time
      } else {
        return nil
      }
    }
  }

  func grant(at now: Timestamp) -> ApprovalGrant {
    ApprovalGrant(count: count, until: now.adding(microseconds: time), anyValue: anyValue)
  }

  private static func microseconds(_ word: Substring) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = word.last.flatMap({ units[$0] }), word.count <= 8, let count = Int64(word.dropLast()), count > 0
    else { return nil }
    return count * unit * 1_000_000
  }
}
