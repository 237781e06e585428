import Foundation
import Journal
import Logging
import SessionModel
import Synchronization

/// Verifies the recorder's own store from time to time, with the least right to the processor; the result is a record and a signal.
package final class SelfCheck: Sendable {
  /// Seconds after the start of the first check, and between two of them.
  static let first = 120.0
  static let interval = 6.0 * 3600
  /// A journal larger than this, in bytes, is not checked at once: gateways come back first.
  static let large: Int64 = 256 << 20
  static let firstOfLarge = 900.0

  private let core: RecorderCore
  private let wake = NSCondition()
  private let isStopped = Mutex(false)

  package init(core: RecorderCore) {
    self.core = core
  }

  package func start() {
    let delay = core.journalBytes > SelfCheck.large ? SelfCheck.firstOfLarge : SelfCheck.first
    Thread.detachNewThread { [self] in
      Thread.current.name = "self-check"
      // On Linux, 0 names the calling thread alone; the threads that it starts begin with the same.
      _ = setpriority(Int32(bitPattern: PRIO_PROCESS.rawValue), 0, 19)
      pause(delay)
      while !isStopped.withLock({ $0 }) {
        check()
        pause(SelfCheck.interval)
      }
    }
  }

  /// Begins no further check. One that runs goes on to its end, and changes nothing any more.
  package func stop() {
    isStopped.withLock { $0 = true }
    wake.lock()
    wake.broadcast()
    wake.unlock()
  }

  /// Checks once, publishes the result and has it recorded.
  package func check() {
    let keys = core.settings.witnesses.compactMap(\.key)
    let detail: String
    let state: PublishedLog.Check.State
    do {
      let report = try StoreVerifier(store: core.settings.store, witnesses: keys).verify()
      if let finding = report.finding {
        state = .broken
        detail = "record \(finding.record) \(finding.fault.rawValue): \(finding.detail)"
        core.log.critical("the store is broken", metadata: ["reason": "\(detail)"])
      } else {
        state = .intact
        detail = "\(report.records) records intact"
      }
    } catch {
      core.log.error("the store could not be checked", metadata: ["reason": "\(error)"])
      return
    }
    guard !isStopped.withLock({ $0 }) else { return }
    core.published.publish(PublishedLog.Check(state: state, at: RecorderCore.systemClock()))
    core.published.raise(state == .broken ? "the store is broken: \(detail)" : nil, by: "self-check")
    let core = core
    Task {
      do {
        try await core.recordAccess(AccessMeta(by: "recorder", action: "verify", detail: detail))
      } catch {
        core.log.error("the check could not be recorded", metadata: ["reason": "\(error)"])
      }
    }
  }

  private func pause(_ seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    wake.lock()
    while !isStopped.withLock({ $0 }), wake.wait(until: end) {}
    wake.unlock()
  }
}
