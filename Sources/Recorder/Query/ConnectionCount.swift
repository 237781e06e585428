import Synchronization

/// Readers that are connected.
final class ConnectionCount: Sendable {
  private let count = Atomic<Int>(0)

  /// - Returns: how many there are with this one.
  func enter() -> Int {
    count.add(1, ordering: .relaxed).newValue
  }

  func leave() {
    count.subtract(1, ordering: .relaxed)
  }
}
