import SessionModel

/// How many steps came in each of the last minute's parts.
package struct RateWindow: Equatable, Sendable {
  /// Microseconds of one part.
  static let part: Int64 = 5_000_000
  static let parts = 12

  private var counts = [Int](repeating: 0, count: parts)
  private var newest: Int64 = 0

  mutating func count(_ steps: Int, at now: Timestamp) {
    advance(to: now)
    counts[RateWindow.parts - 1] &+= steps
  }

  mutating func advance(to now: Timestamp) {
    let part = now.microseconds / RateWindow.part
    let passed = part - newest
    guard passed != 0 else { return }
    newest = part
    if passed < 0 || passed >= Int64(RateWindow.parts) {
      counts = [Int](repeating: 0, count: RateWindow.parts)
      return
    }
    counts.removeFirst(Int(passed))
    counts += [Int](repeating: 0, count: Int(passed))
  }

  var bars: [Int] { counts }
  /// Steps in a second over the last full part.
  var perSecond: Int { counts[RateWindow.parts - 2] / 5 }
}
