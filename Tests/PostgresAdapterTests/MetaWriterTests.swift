import Foundation
import NIOCore
import ProxyCore
import SessionModel
import Testing

@Suite("Meta written by hand")
struct MetaWriterTests {
  @Test(
    "A request's meta reads back as it was",
    arguments: [
      TextLocation.wire(offset: 5, length: 9), .part, .step(3), .none,
    ])
  func request(_ text: TextLocation) throws {
    let meta = RequestMeta(
      step: .max, operation: "query", statementClass: .admin, kind: "a\"b\\c\n\u{1}\u{7F}ü🙂", objects: ["x", "y"],
      reasons: [], risk: .high, verdict: .hold, rule: "r", text: text,
      values: [.null, .text("\u{0}\t"), .hex("00ff"), .wire(offset: 1, length: 2)], statement: "s", transaction: "idle",
      claims: ["a": "b", "c": "d"],
      hold: HoldMeta(
        nonce: "00", expires: Timestamp(microseconds: 1_700_000_000_000_001), quorum: 2, transactionOpen: -5))
    #expect(try JSONDecoder().decode(RequestMeta.self, from: Data(MetaWriter.request(meta).readableBytesView)) == meta)
  }

  @Test("A response's meta reads back as it was")
  func response() throws {
    let meta = ResponseMeta(
      step: 1, sub: 2, final: true, rows: 3, tag: "SELECT 3", error: ResponseError(code: "42601", message: "no \"x\""),
      notices: 1, timings: Timings(held: 0, upstream: .min, gateway: .max), transaction: "open", origin: "gateway",
      notRun: 4)
    #expect(
      try JSONDecoder().decode(ResponseMeta.self, from: Data(MetaWriter.response(meta).readableBytesView)) == meta)
    let bare = ResponseMeta(step: 1, final: false)
    #expect(
      try JSONDecoder().decode(ResponseMeta.self, from: Data(MetaWriter.response(bare).readableBytesView)) == bare)
  }
}
