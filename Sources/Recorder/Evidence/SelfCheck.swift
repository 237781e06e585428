import Foundation
import Journal
import Logging
import SessionModel

/// Verifies the recorder's own store from time to time, with the least right to the processor; the result is a record and a signal.
package final class SelfCheck: Sendable {
  /// Seconds after the start of the first check, and between two of them.
  static let first = 120.0
  static let interval = 6.0 * 3600
  /// A journal larger than this, in bytes, is not checked at once: gateways come back first.
  static let large: Int64 = 256 << 20
  static let firstOfLarge = 900.0

  private let core: RecorderCore
  private let thread = BackgroundThread("self-check", niceness: 19)

  package init(core: RecorderCore) {
    self.core = core
  }

  package func start() {
    let delay = core.journalBytes > SelfCheck.large ? SelfCheck.firstOfLarge : SelfCheck.first
    thread.start { [self] in
      thread.pause(delay)
      while !thread.isStopped {
        check()
        thread.pause(SelfCheck.interval)
      }
    }
  }

  /// Begins no further check. One that runs goes on to its end, and changes nothing any more.
  package func stop() {
    thread.stop()
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
    guard !thread.isStopped else { return }
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
}
