import Foundation

/// A million rows streamed with one column masked: against the same stream through Steno without a mask, and direct.
struct MaskLoad {
  var rounds: Int
  var rows = 1_000_000

  private static let connections = [
    World.Masked(name: "one column masked", mask: "columns = [\"streamed.email\"]"),
    World.Masked(
      name: "and detectors",
      mask:
        "columns = [\"streamed.email\"]\ndetect = [\"email\", \"payment_card\", \"iban\", \"us_ssn\", \"secret\"]"),
  ].enumerated().map { index, masked in World.Masked(name: "masked\(index + 1)", mask: masked.mask) }

  /// Each way of asking for the same rows.
  private static let ways = [
    ("COPY", ["-c", "\\copy streamed TO '/dev/null'"]),
    ("SELECT", ["-At", "-o", "/dev/null", "-c", "SELECT * FROM streamed"]),
  ]

  func run() throws {
    let world = try World(port: 57_330, masked: Self.connections, others: false)
    defer { world.stop() }
    guard let direct = world.peers.first else { return }
    _ = try world.receive(
      direct,
      [
        "-c",
        """
        CREATE TABLE streamed AS
        SELECT g AS id, md5(g::text) || '@example.net' AS email, repeat('x', 50) AS note
        FROM generate_series(1, \(rows)) g
        """,
      ])
    let names = ["direct": "direct", "steno strict": "no mask", "masked1": "one column", "masked2": "and detectors"]
    say("\(rows) rows streamed".padded(26) + world.peers.map { (names[$0.name] ?? $0.name).padded(24) }.joined())
    for (name, way) in Self.ways {
      var times: [String: [Double]] = [:]
      var costs: [String: [Double]] = [:]
      for _ in 0..<rounds {
        for peer in world.peers {
          let before = peer.processorSeconds()
          times[peer.name, default: []].append(try world.receive(peer, way))
          costs[peer.name, default: []].append(peer.processorSeconds() - before)
        }
      }
      let base = median(times["direct"] ?? [1])
      let cells = world.peers.map { peer in
        let time = median(times[peer.name] ?? [1])
        let cost = median(costs[peer.name] ?? [0]) / Double(rows) * 1e6
        return
          (peer.processes.isEmpty
          ? String(format: "%.2f s", time) : String(format: "%.2f  %.2f us a row", base / time, cost)).padded(24)
      }
      say(name.padded(26) + cells.joined())
    }
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
