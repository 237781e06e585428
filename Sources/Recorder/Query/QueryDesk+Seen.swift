import QueryProtocol
import SessionModel

extension QueryDesk {
  /// Requests remembered as told or seen; beyond, the index alone knows, and a time may be recorded twice.
  static let notedLimit = 10_000

  /// Records that a person who may decide was told of requests, or had them open; once each.
  func note(_ action: String, _ approvals: [ApprovalView], _ caller: Caller) async {
    guard caller.mayApprove else { return }
    for approval in approvals where approval.outcome == .waiting {
      let isNews = noted.withLock { noted in
        if noted.count > QueryDesk.notedLimit { noted.removeAll() }
        return noted.insert("\(action) \(approval.nonce)").inserted
      }
      guard isNews else { continue }
      let access = AccessMeta(
        by: caller.name, action: action, detail: "\(approval.id) (\(caller.program))", approval: approval.nonce,
        delay: max(0, now.microseconds(since: approval.since)))
      do { try await gate.record(access) } catch {
        log.error("a look at a request could not be recorded", metadata: ["reason": "\(error)"])
      }
    }
  }
}
