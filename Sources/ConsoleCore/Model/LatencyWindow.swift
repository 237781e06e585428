import SessionModel

/// How long targets took in each of the last minute's parts.
package struct LatencyWindow: Equatable, Sendable {
  /// Samples kept of one part; further ones replace earlier ones evenly.
  private static let samples = 64

  private var parts = [[Int64]](repeating: [], count: RateWindow.parts)
  private var counts = [Int](repeating: 0, count: RateWindow.parts)
  private var newest: Int64 = 0

  /// - Parameter microseconds: What the target took for one step.
  mutating func count(_ microseconds: Int64, at now: Timestamp) {
    advance(to: now)
    let last = RateWindow.parts - 1
    counts[last] += 1
    if parts[last].count < LatencyWindow.samples {
      parts[last].append(max(0, microseconds))
    } else {
      parts[last][counts[last] % LatencyWindow.samples] = max(0, microseconds)
    }
  }

  mutating func advance(to now: Timestamp) {
    let part = now.microseconds / RateWindow.part
    let passed = part - newest
    guard passed != 0 else { return }
    newest = part
    let gone = passed < 0 ? RateWindow.parts : Int(min(passed, Int64(RateWindow.parts)))
    parts.removeFirst(gone)
    counts.removeFirst(gone)
    parts += [[Int64]](repeating: [], count: gone)
    counts += [Int](repeating: 0, count: gone)
  }

  /// The median of each part, in microseconds; 0 where there was nothing.
  package var bars: [Int] {
    parts.map { part in part.isEmpty ? 0 : Int(clamping: part.sorted()[part.count / 2]) }
  }

  /// The median of the newest part that has any, in microseconds.
  package var median: Int64? { bars.last { $0 > 0 }.map(Int64.init) }
}
