import Foundation
import Journal
import SessionModel
import Testing

extension SpineTests {
  @Suite("Peers that do wrong") struct Faults {
    @Test("What a client says wrong ends its own session, on record, and no other")
    func wrongClients() throws {
      let world = try World(rules: World.allowRule)
      let bystander = try WireClient(port: world.gatewayPort)
      try bystander.logIn()
      let beforeLogin: [[UInt8]] = [
        [], [0], Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), [UInt8](repeating: 0xff, count: 5000),
        Wire.int32(8) + Wire.int32(80_877_103) + Wire.int32(8) + Wire.int32(80_877_103), Wire.int32(100_000_000),
        Wire.int32(9) + Wire.int32(196_608) + [65], Wire.startup([("user", "bot"), ("replication", "database")]),
      ]
      for bytes in beforeLogin {
        let client = try WireClient(port: world.gatewayPort)
        client.send(bytes)
        client.finishSending()
        _ = client.readToEnd()
      }
      let afterLogin: [(bytes: [UInt8], isViolation: Bool)] = [
        ([0], true), (Wire.message("p", [1, 2]), true), ([81, 0x7f, 0xff, 0xff, 0xff], true), ([81, 0, 0, 0, 0], true),
        (Wire.message("Q", [65]), true), (Wire.message("B", [0, 0, 0]), true), (Wire.message("D", [90, 0]), true),
        (Wire.message("F", [1]), true), (Wire.message("X", [1]), true),
        (Array(Wire.query("SELECT 1").dropLast(3)), false),
        (Wire.query("SELECT 1\0; DROP TABLE t"), true),
      ]
      for (bytes, isViolation) in afterLogin {
        let client = try WireClient(port: world.gatewayPort)
        try client.logIn()
        client.send(bytes)
        if !isViolation { client.finishSending() }
        let said = String(decoding: client.readToEnd(), as: UTF8.self)
        #expect(said.contains("08P01") == isViolation, "\(bytes.prefix(12)): \(said)")
      }
      bystander.send(Wire.query("SELECT 'still here'"))
      #expect(bystander.messages(to: "Z").contains { $0.text.contains("still here") })
      try world.stopAll()
      let violations = try world.metas(.note, NoteMeta.self).filter { $0.topic == "violation" }
      #expect(violations.count >= afterLogin.filter(\.isViolation).count)
    }

    static let answers: [(String, [UInt8])] = [
      ("a row that nobody asked for", Wire.message("Z", [73]) + Wire.message("D", Wire.int16(0))),
      ("a length that cannot be", [68, 0, 0, 0, 1]), ("an enormous error", [69, 0x7f, 0xff, 0xff, 0xff]),
      ("COPY in both directions", Wire.message("W", [0, 0, 0])), ("no message at all", [0, 1, 2, 3, 4, 5, 6, 7]),
      ("an unterminated error", Wire.message("E", Array("SERROR".utf8))),
      ("a state that is none", Wire.message("C", Wire.text("SELECT 1")) + Wire.message("Z", [1])),
    ]

    @Test("What a target says wrong ends the session with a protocol error, on record")
    func wrongTargets() throws {
      let targets = try Faults.answers.map { try HostileTarget(answer: $0.1) }
      let world = try World(rules: World.allowRule) { _ in
        targets.enumerated().map { TestConnection(name: "target-\($0)", port: $1.port, tls: "disable") }
      }
      for (number, answer) in Faults.answers.enumerated() {
        let client = try WireClient(port: world.port("target-\(number)"))
        try client.logIn()
        client.send(Wire.query("SELECT 1"))
        #expect(String(decoding: client.readToEnd(), as: UTF8.self).contains("08P01"), "\(answer.0)")
      }
      try world.stopAll()
      #expect(
        try world.metas(.note, NoteMeta.self).map(\.topic) == Faults.answers.map { _ in "violation" })
      let ends = try world.metas(.sessionEnd, SessionEnd.self)
      #expect(ends.count == targets.count && ends.allSatisfy { $0.failed && $0.reason.contains("target") })
    }

    @Test("A target whose process dies within its rows is an error of the step, and what came is on record")
    func targetDies() throws {
      let world = try World(rules: World.allowRule)
      let client = try WireClient(port: world.gatewayPort, receiveBuffer: 65_536)
      try client.logIn()
      client.send(Wire.query("SELECT pg_backend_pid(), repeat('x', 100000) FROM generate_series(1, 100000)"))
      #expect(client.message()?.type == UInt8(ascii: "T"))
      let row = try #require(client.message())
      let process = try #require(pid_t(String(decoding: row.body.dropFirst(6).prefix { $0 != 0 }, as: UTF8.self)))
      #expect(kill(process, SIGKILL) == 0)
      let said = String(decoding: client.readToEnd().suffix(2000), as: UTF8.self)
      #expect(said.contains("FATAL") || said.contains("WARNING"), "the client is told")
      try world.stopAll()
      let last = try #require(try world.metas(.response, ResponseMeta.self).last)
      #expect(last.final && last.error != nil && last.rows > 0)
      #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
    }

    @Test("Wrong cancel keys do nothing, the right one cancels, and a guesser is not listened to for a while")
    func cancelKeys() throws {
      let world = try World(rules: World.allowRule)
      let client = try WireClient(port: world.gatewayPort)
      try client.logIn()
      #expect(client.key.count == 8)
      client.send(Wire.query("SELECT pg_sleep(60)"))
      try world.waitUntilAsked("SELECT pg_sleep(60)%")
      for guess in 0..<5 {
        try WireClient.cancel(
          port: world.gatewayPort, key: Array(client.key.dropLast()) + [client.key[7] ^ UInt8(guess + 1)])
      }
      try WireClient.cancel(port: world.gatewayPort, key: client.key)
      #expect(client.messages(to: "Z").contains { $0.text.contains("57014") })
      for guess in 0..<10 {
        try WireClient.cancel(port: world.gatewayPort, key: Wire.int32(guess) + Wire.int32(guess))
      }
      client.send(Wire.query("SELECT pg_sleep(0.5), 'not cancelled'"))
      try world.waitUntilAsked("SELECT pg_sleep(0.5)%")
      try WireClient.cancel(port: world.gatewayPort, key: client.key)
      #expect(client.messages(to: "Z").contains { $0.text.contains("not cancelled") })
      try world.stopAll()
      #expect(try world.metas(.note, NoteMeta.self).filter { $0.topic == "cancel" }.count == 1)
    }

    @Test("A response that is not on record does not reach a client that says goodbye")
    func goodbyeWithoutRecorder() throws {
      let world = try World(rules: World.allowRule)
      let client = try WireClient(port: world.gatewayPort)
      try client.logIn()
      client.send(Wire.query("SELECT pg_sleep(1), 'the answer' || ' itself'"))
      try world.waitUntilAsked("SELECT pg_sleep(1)%")
      try world.killRecorder()
      try world.waitUntil("SELECT state FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)%'", is: "idle")
      client.send(Wire.message("X"))
      let said = String(decoding: client.readToEnd(), as: UTF8.self)
      #expect(!said.contains("the answer itself"))
    }

    @Test("A second gateway of the same name is refused, and the first goes on")
    func twoGateways() throws {
      let world = try World(rules: World.allowRule)
      let second = try Program.run(Built.path("steno-gateway"), ["--config", world.configuration])
      #expect(second.status == 2)
      #expect(second.output.contains("the recorder refuses this gateway"), "\(second.output)")
      #expect(try world.psql(world.throughGateway, ["-At", "-c", "SELECT 'goes on'"]).output == "goes on\n")
    }
  }
}
