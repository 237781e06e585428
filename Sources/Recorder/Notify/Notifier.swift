import Foundation
import Index
import Logging
import SessionModel

/// Tells each channel once of every request that waits, and records when it was told and after how long.
///
/// A recorder that starts anew tells again what still waits: told twice is better than not at all. Deliveries are tried five times
/// while the request waits; what cannot be delivered is on record as well.
final class Notifier: Sendable {
  /// Deliveries under way at once; others wait.
  static let concurrent = 32
  static let attempts = 5
  /// Nonces remembered; beyond, those that no longer wait are forgotten.
  static let remembered = 10_000

  private let channels: [NotifyChannel]
  private let desk: QueryDesk

  init(channels: [NotifyChannel], desk: QueryDesk) {
    self.channels = channels
    self.desk = desk
  }

  /// Runs until the task is cancelled.
  func run() async {
    var told: Set<String> = []
    await withTaskGroup(of: Void.self) { group in
      var underWay = 0
      while !Task.isCancelled {
        let position = desk.progress.position
        // An index that cannot be read now is read again with the next change.
        let waiting = (try? await desk.read { try $0.approvals(all: false, limit: QueryDesk.pageLimit) }) ?? []
        if told.count > Notifier.remembered { told.formIntersection(waiting.map(\.nonce)) }
        for approval in waiting where told.insert(approval.nonce).inserted {
          for channel in channels where approval.risk >= channel.risk {
            if underWay >= Notifier.concurrent {
              await group.next()
              underWay -= 1
            }
            underWay += 1
            group.addTask { await self.tell(approval, channel) }
          }
        }
        await desk.progress.wait(whileAt: position)
      }
    }
  }

  private func tell(_ approval: ApprovalView, _ channel: NotifyChannel) async {
    let body = NotifyPayload(approval, origin: desk.settings.origin).json
    var fault: String?
    var tries = 0
    while tries < Notifier.attempts, desk.now < approval.expires, !Task.isCancelled {
      tries += 1
      fault = await deliver(body, channel)
      guard fault != nil else { break }
      // 0.5, 1, 2, 4 seconds.
      do { try await Task.sleep(for: .milliseconds(250 << tries)) } catch { break }
    }
    let now = desk.now
    let detail = "\(approval.id), attempts \(tries)" + (fault.map { ": \($0)" } ?? "")
    let access = AccessMeta(
      by: "notify \(channel.name)", action: fault == nil ? "told" : "not-told", detail: detail,
      approval: approval.nonce, delay: max(0, now.microseconds(since: approval.since)))
    do {
      try await desk.gate.record(access)
    } catch {
      desk.log.error("that people were told could not be recorded", metadata: ["reason": "\(error)"])
    }
    if let fault {
      desk.log.error("people could not be told", metadata: ["channel": "\(channel.name)", "reason": "\(fault)"])
    }
  }

  /// Tells every channel of an alarm, whatever the risk that it is for. Nothing captured is in it.
  func tell(alarm: String) async {
    let payload = AlarmPayload(origin: desk.settings.origin, detail: alarm)
    for channel in channels {
      var fault: String?
      for attempt in 1...Notifier.attempts {
        fault = await deliver(payload.json, channel)
        guard fault != nil, !Task.isCancelled, attempt < Notifier.attempts else { break }
        do { try await Task.sleep(for: .milliseconds(250 << attempt)) } catch { break }
      }
      let detail = "alarm" + (fault.map { ": \($0)" } ?? "")
      // A store that takes nothing more has told so in the recorder's log.
      try? await desk.gate.record(
        AccessMeta(by: "notify \(channel.name)", action: fault == nil ? "told" : "not-told", detail: detail))
      if let fault {
        desk.log.error("people could not be told", metadata: ["channel": "\(channel.name)", "reason": "\(fault)"])
      }
    }
  }

  private func deliver(_ body: Data, _ channel: NotifyChannel) async -> String? {
    switch channel.way {
    case .webhook(let text, let secret):
      guard let url = URL(string: text) else { return "not a URL" }
      return await Webhook(url: url, secret: secret).post(body, at: desk.now.microseconds / 1_000_000)
    case .command(let words):
      return await CommandHook.run(words, input: body)
    }
  }
}
