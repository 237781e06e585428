import NIOConcurrencyHelpers
import NIOCore
import ProxyCore

/// Which session a cancel key belongs to, for all event loops, and how many wrong keys an address may still try.
///
/// A key is a process, which every client of the target can see, and 32 bits that nobody can: after `allowedGuesses` wrong ones an address is not listened to for
/// `penalty`, whatever key it then sends.
final class CancelDesk: Sendable {
  private struct Target: Sendable {
    let relay: NIOLoopBound<Relay>
    let loop: any EventLoop
  }

  private struct Guesses: Sendable {
    var count: Int
    var until: NIODeadline
  }

  private struct State: Sendable {
    var targets: [CancelKey: Target] = [:]
    var guesses: [String: Guesses] = [:]
  }

  private static let allowedGuesses = 10
  private static let penalty = TimeAmount.seconds(60)
  /// Addresses remembered; the oldest are forgotten together when there are more.
  private static let addresses = 4096

  private let state = NIOLockedValueBox(State())

  func register(_ key: CancelKey, relay: Relay, on loop: any EventLoop) {
    let target = Target(relay: NIOLoopBound(relay, eventLoop: loop), loop: loop)
    state.withLockedValue { $0.targets[key] = target }
  }

  func remove(_ key: CancelKey) {
    state.withLockedValue { _ = $0.targets.removeValue(forKey: key) }
  }

  /// Passes a cancel request on; a wrong key is counted against the address, and nothing is answered either way.
  func cancel(_ key: CancelKey, from address: String) {
    let host = address.split(separator: ":").dropLast().joined(separator: ":")
    let now = NIODeadline.now()
    let target: Target? = state.withLockedValue { state in
      if let guesses = state.guesses[host], guesses.count >= CancelDesk.allowedGuesses, guesses.until > now {
        return nil
      }
      if let target = state.targets[key] { return target }
      if state.guesses.count >= CancelDesk.addresses { state.guesses.removeAll() }
      let before = state.guesses[host].flatMap { $0.until > now ? $0.count : nil } ?? 0
      state.guesses[host] = Guesses(count: before + 1, until: now + CancelDesk.penalty)
      return nil
    }
    guard let target else { return }
    target.loop.execute { target.relay.value.receive(.cancelRequested) }
  }
}
