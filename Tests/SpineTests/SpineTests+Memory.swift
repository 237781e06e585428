import Foundation
import Testing

extension SpineTests {
  @Suite("Memory") struct Memory {
    /// The largest resident size that a process has had, in bytes.
    static func peak(_ program: Program?) throws -> Int {
      let program = try #require(program)
      let status = try String(contentsOfFile: "/proc/\(program.identifier)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
    }

    static let limit = 100 << 20

    @Test("A million rows leave gateway and recorder within 100 MB each")
    func millionRows() throws {
      let world = try World(rules: World.allowRule)
      let outcome = try world.psql(
        world.throughGateway,
        ["-At", "-o", "/dev/null", "-c", "SELECT g, md5(g::text) FROM generate_series(1, 1000000) g"])
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(try Memory.peak(world.gateway) <= Memory.limit)
      #expect(try Memory.peak(world.recorder) <= Memory.limit)
    }

    @Test("A client that stops reading stops the target, and the gateway keeps no more than its bounds")
    func stopsReading() throws {
      let world = try World(rules: World.allowRule)
      let client = try WireClient(port: world.gatewayPort, receiveBuffer: 65_536)
      try client.logIn()
      let sql = "SELECT repeat('x', 1000) FROM generate_series(1, 300000)"
      client.send(Wire.query(sql))
      // The target waits to write: what nobody reads does not pile up in between.
      var waiting = ""
      for _ in 0..<200 where waiting != "ClientWrite" {
        waiting = try world.ask("SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'SELECT repeat%'")
      }
      #expect(waiting == "ClientWrite")
      #expect(try Memory.peak(world.gateway) <= Memory.limit)
      // It reads again, and gets all of it.
      var count = 0
      var last: [UInt8] = []
      while last.suffix(6) != [90, 0, 0, 0, 5, 73] {
        let more = client.read()
        guard !more.isEmpty else { break }
        count += more.count
        last = Array((last + more).suffix(6))
      }
      #expect(count > 300_000_000)
      #expect(try Memory.peak(world.gateway) <= Memory.limit)
    }
  }
}
