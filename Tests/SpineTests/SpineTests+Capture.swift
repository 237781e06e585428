import Foundation
import Journal
import SessionModel
import Testing

extension SpineTests {
  @Suite("What is on record") struct Capture {
    static let sql = "SELECT g, md5(g::text) FROM generate_series(1, 20000) g"

    @Test("Each capture mode passes the same bytes, and records what it says")
    func modes() throws {
      let world = try World(rules: World.allowRule) { _ in
        CaptureMode.allCases.map { TestConnection(name: $0.rawValue, capture: $0.rawValue) }
      }
      let direct = try world.psql(world.direct, ["-At", "-c", Capture.sql])
      for mode in CaptureMode.allCases {
        #expect(try world.psql(world.url(mode.rawValue), ["-At", "-c", Capture.sql]).output == direct.output)
      }
      try world.stopAll()
      let records = try world.records()
      for mode in CaptureMode.allCases {
        let session = try #require(
          try records.first { record in
            guard record.fields.kind == .sessionStart, let meta = record.body(.meta) else { return false }
            return try JSONDecoder().decode(SessionStart.self, from: Data(meta)).capture == mode
          })
        let own = records.filter { $0.fields.session == session.fields.session }
        let requests = own.filter { $0.fields.kind == .request }
        let responses = own.filter { $0.fields.kind == .response }
        #expect(own.last?.fields.kind == .sessionEnd)
        switch mode {
        case .strict, .request:
          #expect(requests.count == 1)
          let meta = try #require(responses.last?.body(.meta))
          let last = try JSONDecoder().decode(ResponseMeta.self, from: Data(meta))
          #expect(last.final && last.rows == 20_000 && last.tag == "SELECT 20000")
          // Type, length, two columns with their lengths: at least as much as psql has printed.
          #expect(responses.reduce(0) { $0 + ($1.body(.wire)?.count ?? 0) } > direct.output.utf8.count)
        case .off, .imported: #expect(requests.isEmpty && responses.isEmpty)
        }
      }
    }

    @Test("A statement of 10 MB passes whole and is on record whole")
    func largeStatement() throws {
      let world = try World(rules: World.allowRule)
      let file = world.directory.appendingPathComponent("large.sql")
      let text = "SELECT length('" + String(repeating: "abcdefghij", count: 1 << 20) + "') AS large"
      try text.write(to: file, atomically: true, encoding: .utf8)
      let outcome = try world.psql(world.throughGateway, ["-At", "-f", file.path])
      #expect(outcome.output == "\(10 << 20)\n", "\(outcome.output.prefix(200))")
      try world.stopAll()
      #expect(try world.bytes(.request) == text.utf8.count + 6)
      guard case .wire(5, text.utf8.count)? = try world.metas(.request, RequestMeta.self).first?.text else {
        Issue.record("the statement's place is not on record")
        return
      }
    }

    @Test("A message over the limit is refused, and the session ends on record")
    func overLimit() throws {
      let world = try World(rules: World.allowRule) { _ in
        [TestConnection(extra: "limits = { message = \"64KiB\" }")]
      }
      let client = try WireClient(port: world.gatewayPort)
      try client.logIn()
      client.send(Wire.query("SELECT '" + String(repeating: "x", count: 70_000) + "'"))
      #expect(String(decoding: client.readToEnd(), as: UTF8.self).contains("08P01"))
      try world.stopAll()
      #expect(try world.bytes(.request) == 0)
      #expect(try world.metas(.note, NoteMeta.self).map(\.topic) == ["violation"])
    }

    @Test("COPY data pipelined before the next request counts to its own step")
    func copySteps() throws {
      let world = try World(rules: World.allowRule)
      #expect(try world.psql(world.direct, ["-c", "CREATE TABLE c (i int)"]).status == 0)
      let client = try WireClient(port: world.gatewayPort)
      try client.logIn()
      client.send(Wire.parse("", "COPY c FROM STDIN") + Wire.bind("", "") + Wire.execute + Wire.sync)
      #expect(client.messages(to: "G").last?.type == UInt8(ascii: "G"))
      let data = (1...1000).flatMap { Wire.message("d", Array("\($0)\n".utf8)) } + Wire.message("c")
      client.send(data + Wire.sync + Wire.query("SELECT count(*) FROM c"))
      #expect(client.messages(to: "Z").contains { $0.text.hasPrefix("COPY 1000") })
      #expect(client.messages(to: "Z").contains { $0.text.hasSuffix("1000") })
      client.send(Wire.message("X"))
      _ = client.readToEnd()
      try world.stopAll()
      #expect(try world.bytes(.requestMore) == data.count + Wire.sync.count)
      #expect(try world.metas(.response, ResponseMeta.self).filter(\.final).map(\.tag) == ["COPY 1000", "SELECT 1"])
    }
  }
}
