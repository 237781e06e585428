import SessionModel

/// Puts the moments of records that overlap in time into order. Input and output are recorded in records of their own, of a second at
/// most, so that a moment can come behind others that are up to that much later.
struct MomentOrder {
  private static let window: Int64 = 2_000_000

  private var held: [(number: Int, moment: ShellRecording.Moment)] = []
  private var number = 0

  /// Takes a record's moments, and gives those that nothing can come before any more.
  mutating func take(_ moments: [ShellRecording.Moment]) -> [ShellRecording.Moment] {
    for moment in moments {
      held.append((number, moment))
      number += 1
    }
    guard let first = moments.first else { return [] }
    return drain { $0 < first.at - MomentOrder.window }
  }

  mutating func finish() -> [ShellRecording.Moment] { drain { _ in true } }

  private mutating func drain(_ isReady: (Int64) -> Bool) -> [ShellRecording.Moment] {
    let ready = held.filter { isReady($0.moment.at) }
    guard !ready.isEmpty else { return [] }
    held.removeAll { isReady($0.moment.at) }
    return ready.sorted { ($0.moment.at, $0.number) < ($1.moment.at, $1.number) }.map(\.moment)
  }
}
