import Foundation

/// Runs numbered jobs on several threads and hands their results on in order, so that little waits in memory.
///
/// Everything that changes is touched under the condition's lock alone; that makes it safe to share.
final class OrderedWork<Output: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private let ahead: Int
  private let work: @Sendable (Int) -> Output
  private var results: [Int: Output] = [:]
  private var started = 0
  private var taken = 0
  private var running = 0
  private var isStopped = false

  /// - Parameter ahead: Results that may wait before no further job is begun.
  init(count: Int, threads: Int, ahead: Int, work: @escaping @Sendable (Int) -> Output) {
    self.count = count
    self.ahead = ahead
    self.work = work
    running = min(threads, count)
    for _ in 0..<running { Thread.detachNewThread { self.run() } }
  }

  /// The next job's result; nil behind the last.
  func next() -> Output? {
    condition.lock()
    defer { condition.unlock() }
    guard taken < count else { return nil }
    while results[taken] == nil { condition.wait() }
    let result = results.removeValue(forKey: taken)
    taken += 1
    condition.broadcast()
    return result
  }

  /// Begins no further job, and returns once none runs.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    while running > 0 { condition.wait() }
    condition.unlock()
  }

  private func run() {
    while let number = begin() {
      let result = work(number)
      condition.lock()
      results[number] = result
      condition.broadcast()
      condition.unlock()
    }
    condition.lock()
    running -= 1
    condition.broadcast()
    condition.unlock()
  }

  private func begin() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped, started < count, started - taken >= ahead { condition.wait() }
    guard !isStopped, started < count else { return nil }
    started += 1
    return started - 1
  }
}
