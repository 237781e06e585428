import Foundation
import SessionModel

/// How long a request that was decided waits until the gateway has carried the decision out: held statements one after the
/// other, each approved through the command line, measured by the times on record.
struct DecideLoad {
  let world: World
  var count = 100

  func run() throws {
    guard let url = world.peers.first(where: { $0.name.hasPrefix("steno") })?.url else { return }
    let script = "\(world.directory)/held.sql"
    try String(repeating: "DROP TABLE IF EXISTS steno_benchmark;\n", count: count)
      .write(toFile: script, atomically: true, encoding: .utf8)
    let client = try Shell.start("/usr/bin/psql", [url, "-X", "-q", "-f", script], ready: nil)
    defer { client.terminate() }
    // What has been decided is listed until the index has seen that.
    var decided: Set<String> = []
    let deadline = Date(timeIntervalSinceNow: Double(60 + count))
    while decided.count < count, Date() < deadline {
      for line in try approvals([]) {
        guard let id = line["id"] as? String, decided.insert(id).inserted else { continue }
        _ = try steno(["approve", id, "--reason", "benchmark"])
      }
    }
    let waits = try approvals(["--all"]).compactMap { line -> Int64? in
      guard let decided = (line["decided"] as? String).flatMap({ Timestamp($0) }),
        let resumed = (line["resumed"] as? String).flatMap({ Timestamp($0) })
      else { return nil }
      return resumed.microseconds(since: decided)
    }.sorted()
    guard !waits.isEmpty else { throw Shell.Failed(description: "no decision was carried out") }
    func percentile(_ hundredth: Int) -> String {
      String(format: "%.2f ms", Double(waits[(waits.count - 1) * hundredth / 100]) / 1000)
    }
    say("decided to resumed".padded(26) + "p50 \(percentile(50))  p99 \(percentile(99))  of \(waits.count)")
  }

  private func steno(_ arguments: [String]) throws -> String {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    return try Shell.run("\(own)/steno", arguments + ["--config", "\(world.directory)/steno/steno.toml"])
  }

  private func approvals(_ more: [String]) throws -> [[String: Any]] {
    try steno(["approvals", "--json"] + more).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}
