import Foundation
import NIOCore
import ProxyCore
import SessionModel
import Testing

@testable import Index

@Suite("MetaScanner")
struct MetaScanTests {
  static let awkward = [
    "", "plain", "a \"quoted\" \\ one", "line\nbreak\ttab\r", "\u{1}\u{1f}", "žluťoučký 🐎", "}{,:[]",
  ]

  static func requests() -> [RequestMeta] {
    var metas: [RequestMeta] = []
    for (number, text) in awkward.enumerated() {
      for statementClass in StatementClass.allCases {
        metas.append(
          RequestMeta(
            step: number + 1, operation: "query", statementClass: statementClass, kind: text, objects: [text, "b"],
            reasons: number.isMultiple(of: 2) ? [] : [text], risk: .medium, verdict: .mask, rule: text,
            text: [.wire(offset: 5, length: 99), .part, .step(3), .none][number % 4],
            values: [.null, .text(text), .hex("00ff"), .wire(offset: 0, length: 1 << 40)],
            statement: number.isMultiple(of: 3) ? nil : text, transaction: "idle",
            claims: number.isMultiple(of: 2) ? [:] : ["traceparent": text, text: "x"]))
      }
    }
    return metas
  }

  static func responses() -> [ResponseMeta] {
    awkward.flatMap { text in
      [
        ResponseMeta(step: 1, final: true, rows: -1, tag: text, transaction: text),
        ResponseMeta(
          step: .max / 16, sub: 2, final: false, error: ResponseError(code: "42501", message: text), notices: 3,
          timings: Timings(held: 1, upstream: -2, gateway: 3), origin: text, notRun: 4),
      ]
    }
  }

  @Test(
    "A request's meta as gateways write it is read without the general decoder, and says the same",
    arguments: requests())
  func request(_ meta: RequestMeta) throws {
    let json = Array(MetaWriter.request(meta).readableBytesView)
    #expect(json.withUnsafeBytes { RequestMeta(scanning: $0) } == meta)
    #expect(try JSONDecoder().decode(RequestMeta.self, from: Data(json)) == meta)
  }

  @Test(
    "A response's meta as gateways write it is read without the general decoder, and says the same",
    arguments: responses())
  func response(_ meta: ResponseMeta) throws {
    let json = Array(MetaWriter.response(meta).readableBytesView)
    #expect(json.withUnsafeBytes { ResponseMeta(scanning: $0) } == meta)
    #expect(try JSONDecoder().decode(ResponseMeta.self, from: Data(json)) == meta)
  }

  @Test("A meta cut short anywhere is left to the general decoder", arguments: requests().prefix(3))
  func truncated(_ meta: RequestMeta) {
    let json = Array(MetaWriter.request(meta).readableBytesView)
    for end in 0..<json.count {
      #expect(json[..<end].withUnsafeBytes { RequestMeta(scanning: $0) } == nil)
    }
  }

  @Test("Keys that this version does not know are left to the general decoder")
  func unknownKeys() {
    let json = Array(#"{"step":1,"sub":0,"final":true,"rows":0,"notices":0,"origin":"t","not_run":0,"new":1}"#.utf8)
    #expect(json.withUnsafeBytes { ResponseMeta(scanning: $0) } == nil)
  }

  @Test("An answer reads back as it was written", arguments: awkward)
  func answer(_ text: String) throws {
    var answer = StepProjection.Answer(at: Timestamp(microseconds: 1_700_000_000_123_456), origin: text)
    answer.bytes = 7
    answer.rows = 3
    answer.notRun = 1
    answer.tag = text
    answer.error = ResponseError(code: "22012", message: text)
    answer.timings = Timings(held: 1, upstream: 2, gateway: 3)
    answer.results = [
      StepProjection.Answer.Sub(sub: 1, rows: 2, tag: text, error: nil),
      StepProjection.Answer.Sub(sub: 2, rows: 0, tag: nil, error: ResponseError(code: "1", message: text)),
    ]
    #expect(try JSONDecoder().decode(StepProjection.Answer.self, from: Data(answer.json)) == answer)
    var bare = StepProjection.Answer(at: Timestamp(microseconds: 0), origin: text)
    bare.rows = 0
    #expect(try JSONDecoder().decode(StepProjection.Answer.self, from: Data(bare.json)) == bare)
  }
}
