import ArgumentParser
import Foundation

/// One kind of load.
struct Load {
  var name: String
  var clients: Int
  var options: [String]

  static let all = [
    Load(name: "select simple, 8 clients", clients: 8, options: ["-S", "-M", "simple"]),
    Load(name: "select simple, 32", clients: 32, options: ["-S", "-M", "simple"]),
    Load(name: "select prepared, 32", clients: 32, options: ["-S", "-M", "prepared"]),
    Load(name: "TPC-B, 8", clients: 8, options: ["-M", "simple"]),
    Load(name: "TPC-B, 32", clients: 32, options: ["-M", "simple"]),
    Load(name: "1 client, select simple", clients: 1, options: ["-S", "-M", "simple"]),
  ]
}

@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Steno and its peers against a direct connection, interleaved, as ratios of one run.",
    discussion: """
      EXAMPLES
        swift run -c release Benchmarks
        swift run -c release Benchmarks --seconds 10 --rounds 5
        swift run -c release Benchmarks --only relay --load "select simple, 32"
        swift run -c release Benchmarks --only journal --only index --steps 1000000
        swift run -c release Benchmarks --only index --only console --steps 10000000 --index /var/tmp/ten-million.sqlite

      Starts a PostgreSQL of its own; pgbouncer and haproxy join where they are installed.
      """)

  @Option(help: "Seconds of each pgbench run.")
  var seconds = 5

  @Option(help: "Rounds; the median of each figure is printed.")
  var rounds = 3

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case relay, journal, index, evidence, console, shell, decide, mask, classify
  }

  @Option(
    help:
      "Which parts to run: relay, journal, index, evidence, console, shell, decide, mask, classify. May repeat; without it, all."
  )
  var only: [Part] = []

  @Option(help: "Only the loads of the relay whose name contains this.")
  var load: String?

  @Option(help: "Steps that the index is filled with, for the index and the console.")
  var steps = 1_000_000

  @Option(help: "A file for that index, filled by the first run and measured again by the next; some 1 KB a step.")
  var index: String?

  @Option(help: "Entries of the log that proofs and a start are measured on; some 6 GB of disk for 10,000,000.")
  var entries = 10_000_000

  @Option(help: "Statements that are classified beside the built-in ones: JSON lines as `steno classify` reads them.")
  var statements: String?

  func run() async throws {
    #if DEBUG
      FileHandle.standardError.write(Data("a debug build: these figures say nothing; use -c release\n".utf8))
    #endif
    let parts = only.isEmpty ? Part.allCases : only
    if parts.contains(.relay) { try measureRelay() }
    if parts.contains(.shell) { ShellLoad().run() }
    if parts.contains(.decide) {
      let world = try World()
      defer { world.stop() }
      try DecideLoad(world: world).run()
    }
    if parts.contains(.mask) { try MaskLoad(rounds: rounds).run() }
    if parts.contains(.classify) { try ClassifyLoad(file: statements).run() }
    let directory = NSTemporaryDirectory() + "steno-benchmarks-store-\(getpid())"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let indexLoad = IndexLoad(directory: directory, steps: steps, kept: index)
    if parts.contains(.journal) { try JournalLoad(directory: directory).run() }
    if parts.contains(.evidence) { try EvidenceLoad(directory: directory, entries: entries).run() }
    if parts.contains(.index) { try indexLoad.run() }
    if parts.contains(.console) { try await ConsoleLoad(directory: directory, load: indexLoad).run() }
  }

  private func measureRelay() throws {
    let world = try World()
    defer { world.stop() }
    say("figure".padded(26) + world.peers.map { $0.name.padded(24) }.joined())
    for load in Load.all where self.load.map(load.name.contains) ?? true { try measure(load, in: world) }
    if load.map("1 M rows streamed".contains) ?? true { try measureStream(in: world) }
    for peer in world.peers where !peer.processes.isEmpty {
      say("largest process of \(peer.name): \(peer.peakMegabytes()) MB")
    }
  }

  private func measure(_ load: Load, in world: World) throws {
    var rates: [String: [Double]] = [:]
    var costs: [String: [Double]] = [:]
    for _ in 0..<rounds {
      for peer in world.peers {
        let before = peer.processorSeconds()
        let rate = try world.transactions(peer, load, seconds: seconds)
        rates[peer.name, default: []].append(rate)
        costs[peer.name, default: []].append((peer.processorSeconds() - before) / (rate * Double(seconds)) * 1e6)
      }
    }
    let direct = rates["direct"].map(median) ?? 1
    let cells = world.peers.map { peer in
      let rate = rates[peer.name].map(median) ?? 0
      let cost = costs[peer.name].map(median) ?? 0
      let text =
        peer.processes.isEmpty
        ? "\(Int(rate))/s" : String(format: "%.2f  %.1f us", rate / direct, cost)
      return text.padded(24)
    }
    say(load.name.padded(26) + cells.joined())
  }

  private func measureStream(in world: World) throws {
    var times: [String: [Double]] = [:]
    for _ in 0..<rounds {
      for peer in world.peers { times[peer.name, default: []].append(try world.stream(peer, rows: 1_000_000)) }
    }
    let direct = times["direct"].map(median) ?? 1
    let cells = world.peers.map { peer in
      let time = times[peer.name].map(median) ?? 1
      return (peer.processes.isEmpty ? String(format: "%.2f s", time) : String(format: "%.2f", direct / time)).padded(
        24)
    }
    say("1 M rows streamed".padded(26) + cells.joined())
  }

  private func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }
}

extension String {
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

/// Prints a line at once, also into a pipe: a long run shows how far it is.
func say(_ line: String) {
  FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
