import QueryProtocol
import SessionModel
import Testing

@testable import Recorder

@Suite("AccessLog")
struct AccessLogTests {
  private let caller: Caller
  private let look = QueryRequest.Verb.sessions(query: nil, live: true, limit: 10)

  init() throws {
    let settings = QuerySettings(
      socket: "", index: "", origin: "test", trial: true, ownUser: 1000, readers: [], approvers: [])
    var caller = try #require(Caller(uid: 1000, settings: settings))
    caller.name = "anna"
    caller.program = "console"
    self.caller = caller
  }

  @Test("A screen that refreshes itself is one look every ten seconds")
  func refreshing() {
    var log = AccessLog()
    let recorded = stride(from: 0, to: 25_000_000, by: 1_000_000).filter { time in
      log.access(look, by: caller, monotonic: Int64(time)) != nil
    }
    #expect(recorded == [0, 10_000_000, 20_000_000])
  }

  @Test("Another thing looked at is another look, and decisions are recorded each time")
  func others() {
    var log = AccessLog()
    #expect(log.access(look, by: caller, monotonic: 0)?.action == "sessions")
    #expect(log.access(.count(query: "word"), by: caller, monotonic: 1)?.detail == "word (console)")
    #expect(log.access(.count(query: "other"), by: caller, monotonic: 2)?.detail == "other (console)")
    for time in 3..<6 {
      let decision = QueryRequest.Verb.decide(approval: "a", approve: true, reason: "r")
      #expect(log.access(decision, by: caller, monotonic: Int64(time))?.action == "approve")
    }
  }
}
