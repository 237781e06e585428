import Testing

/// Runs a suite's tests with no other test of this trait beside them, in whatever suite or module that stands.
///
/// Tests that wait for processes hold a thread of the pool while they do. Swift has as many as there are processors: two such
/// tests at once on two processors, and no other test of the whole run goes on.
package struct OneAtATime: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Turnstile.shared.enter()
    do {
      try await function()
    } catch {
      await Turnstile.shared.leave()
      throw error
    }
    await Turnstile.shared.leave()
  }
}

extension Trait where Self == OneAtATime {
  /// Not beside any other test that has this trait.
  package static var oneAtATime: OneAtATime { OneAtATime() }
}

/// Lets one through; the others wait without a thread.
private actor Turnstile {
  static let shared = Turnstile()
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty {
      isTaken = false
    } else {
      waiting.removeFirst().resume()
    }
  }
}
