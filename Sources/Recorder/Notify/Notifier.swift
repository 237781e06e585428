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
    let alarm = NotifyAlarm()
    await withTaskGroup(of: Void.self) { group in
      var underWay = 0
      while !Task.isCancelled {
        let position = desk.progress.position
        // An index that cannot be read now is read again with the next change.
        let waiting = (try? await desk.read { try $0.approvals(all: false, limit: QueryDesk.pageLimit) }) ?? []
        if told.count > Notifier.remembered {
          let known = Set(waiting.map(\.nonce))
          told = told.filter { known.contains(String($0.prefix { $0 != " " })) }
        }
        for (approval, event) in waiting.flatMap({ due($0) }) where told.insert("\(approval.nonce) \(event)").inserted {
          for channel in channels where approval.risk >= channel.risk {
            if underWay >= Notifier.concurrent {
              await group.next()
              underWay -= 1
            }
            underWay += 1
            group.addTask { await self.tell(approval, event, channel) }
          }
        }
        await alarm.wait(until: nextDue(waiting), from: desk.now) { [desk] in
          await desk.progress.wait(whileAt: position)
        }
      }
    }
  }

  /// What people are to be told of a request by now.
  private func due(_ approval: ApprovalView) -> [(ApprovalView, NotifyPayload.Event)] {
    let waited = desk.now.microseconds(since: approval.since)
    var events: [(ApprovalView, NotifyPayload.Event)] = [(approval, .held)]
    if let escalation = approval.law?.escalation, waited >= escalation.after { events.append((approval, .escalated)) }
    if let limit = desk.settings.approvalLimit, waited >= limit { events.append((approval, .late)) }
    return events
  }

  /// When time alone makes something due; nil where nothing will be.
  private func nextDue(_ waiting: [ApprovalView]) -> Timestamp? {
    let now = desk.now
    return waiting.flatMap { approval in
      [approval.law?.escalation?.after, desk.settings.approvalLimit].compactMap { wait in
        wait.map { approval.since.adding(microseconds: $0) }
      }
    }.filter { $0 > now }.min()
  }

  private func tell(_ approval: ApprovalView, _ event: NotifyPayload.Event, _ channel: NotifyChannel) async {
    let body = NotifyPayload(approval, event, origin: desk.settings.origin).json
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
      by: "notify \(channel.name)", action: fault == nil ? event.action : "not-told", detail: detail,
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
