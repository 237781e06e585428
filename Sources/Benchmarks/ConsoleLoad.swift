import Foundation
import Index
import Logging
import Recorder
import SessionModel

/// The real `steno console` on a terminal of its own, against the query service on an index of many steps.
struct ConsoleLoad {
  var directory: String
  var load: IndexLoad

  private static let records = 5_000
  private static let floodSeconds = 10.0
  private static let liveSessions: UInt64 = 20

  private var steps: Int { load.steps }

  func run() async throws {
    let (index, maker, last) = try load.filled()
    let (path, long) = (load.path, load.longSteps)
    try index.close()
    let gate = BenchGate(maker: maker, last: last)
    let socket = "\(directory)/query.sock"
    let server = try await QueryServer.start(
      settings: QuerySettings(
        socket: socket, index: path, origin: "bench/steno", trial: true, ownUser: geteuid()),
      gate: gate, log: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    let configuration = "\(directory)/console.toml"
    try """
    [recorder]
    store = "\(directory)/none"
    origin = "bench/steno"
    ingest = "\(directory)/ingest.sock"
    query = "\(socket)"

    """.write(toFile: configuration, atomically: true, encoding: .utf8)
    // On a thread of its own: what waits for the terminal would keep a thread from the service that is waited for.
    let fault: (any Error)? = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        do {
          try start(configuration)
          try paints(configuration)
          try open(configuration, steps: long)
          try flood(configuration, gate)
          continuation.resume(returning: nil)
        } catch {
          continuation.resume(returning: error)
        }
      }
    }
    try await Task.sleep(for: .milliseconds(300))
    try await server.shutdown()
    if let fault { throw fault }
  }

  private func console(_ configuration: String, _ environment: [String: String] = [:]) throws -> PtyProgram {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    return try PtyProgram(
      "\(own)/steno", ["console", "--config", configuration], width: 120, height: 36,
      environment: [
        "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": directory, "COLORTERM": "truecolor",
      ].merging(environment) { $1 })
  }

  private func row(_ name: String, _ figure: String, limit: String) {
    say(name.padded(44) + figure.padded(28) + limit)
  }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1000) }

  private func start(_ configuration: String) throws {
    var times: [Double] = []
    for _ in 0..<11 {
      let begun = DispatchTime.now()
      let program = try console(configuration)
      try program.wait(for: "agent-")
      times.append(seconds(since: begun))
      program.stop()
    }
    times.sort()
    row(
      "start to the list of sessions, \(steps) steps", "\(milliseconds(times[5])), worst \(milliseconds(times[10]))",
      limit: "100 ms")
  }

  /// Bytes of a full paint and of a moved cursor, for each depth of colour.
  private func paints(_ configuration: String) throws {
    for (name, environment) in [
      ("no colour", ["NO_COLOR": "1", "COLORTERM": ""]), ("256 colours", ["COLORTERM": ""]), ("true colour", [:]),
    ] {
      let program = try console(configuration, environment)
      defer { program.stop() }
      try program.wait(for: "agent-")
      program.drain(seconds: 0.7)
      program.forget()
      program.send("\u{0C}")
      try program.waitForFrame()
      let full = program.frameBytes
      program.send("/select")
      try program.wait(for: "newest first")
      program.send("\r")
      program.drain(seconds: 1)
      var moves: [Int] = []
      for _ in 0..<20 {
        program.forget()
        program.send("j")
        try program.waitForFrame()
        moves.append(program.frameBytes)
        program.drain(seconds: 0.02)
      }
      moves.sort()
      row("full paint at 120x36, \(name)", "\(full) bytes", limit: "3000 bytes")
      row("moved cursor, \(name)", "\(moves[10]) bytes, most \(moves[19])", limit: "200 bytes")
    }
  }

  /// The long session is the newest, and so the first of the list.
  private func open(_ configuration: String, steps long: Int) throws {
    let program = try console(configuration)
    defer { program.stop() }
    try program.wait(for: "agent-")
    program.send("o")  // By last activity.
    program.drain(seconds: 1)
    program.send("g")
    program.drain(seconds: 0.5)
    var opened: [Double] = []
    var ended: [Double] = []
    for _ in 0..<11 {
      program.forget()
      program.send("\r")
      opened.append(try program.wait(for: "REQUEST"))
      program.drain(seconds: 0.3)
      program.forget()
      program.send("G")
      ended.append(try program.wait(for: "\(long)"))
      program.drain(seconds: 0.3)
      program.forget()
      program.send("q")
      try program.wait(for: "FOLLOW")
      program.drain(seconds: 0.3)
    }
    opened.sort()
    ended.sort()
    row(
      "opening a session of \(long) steps", "\(milliseconds(opened[5])), worst \(milliseconds(opened[10]))",
      limit: "50 ms")
    row("its last step", "\(milliseconds(ended[5])), worst \(milliseconds(ended[10]))", limit: "")
  }

  private func flood(_ configuration: String, _ gate: BenchGate) throws {
    // Sessions that a kept index does not have yet.
    let place = 0xBE00_0000_0000_0000 + gate.durableIndex
    let live = (0..<Self.liveSessions).map { SessionID(rawValue: place + $0) }
    gate.write { maker in for id in live { maker.start(id, agent: "flood") } }
    let program = try console(configuration)
    defer { program.stop() }
    try program.wait(for: "flood")
    program.drain(seconds: 1)
    let quiet = try share(of: program, gate, live, records: 100, for: Self.floodSeconds)
    row("processor, 100 records/s arriving", String(format: "%.1f %% of a core", quiet * 100), limit: "3 %")
    let writer = Writer(gate: gate, live: live, rate: Self.records, first: 1_000_000)
    writer.start()
    var times: [Double] = []
    let begun = DispatchTime.now()
    while seconds(since: begun) < Self.floodSeconds {
      program.forget()
      program.send("?")
      times.append(try program.wait(for: "Help"))
      program.drain(seconds: 0.03)
      program.forget()
      program.send("q")
      times.append(try program.wait(for: "Live"))
      program.drain(seconds: 0.03)
    }
    let processor = program.processorSeconds
    let from = DispatchTime.now()
    program.drain(seconds: 2)
    let share = (program.processorSeconds - processor) / seconds(since: from)
    let written = writer.stop()
    times.sort()
    row(
      "key to paint, \(written) records/s arriving",
      "p50 \(milliseconds(times[times.count / 2])), p99 \(milliseconds(times[times.count * 99 / 100]))", limit: "16 ms")
    row("processor meanwhile", String(format: "%.1f %% of a core", share * 100), limit: "")
    let memory = program.megabytes
    row("resident", "\(memory.now) MB, most \(memory.peak)", limit: "60 MB")
  }

  private func share(
    of program: PtyProgram, _ gate: BenchGate, _ live: [SessionID], records: Int, for length: Double
  ) throws -> Double {
    let writer = Writer(gate: gate, live: live, rate: records, first: 0)
    writer.start()
    program.drain(seconds: 1)
    let before = program.processorSeconds
    let begun = DispatchTime.now()
    program.drain(seconds: length)
    let share = (program.processorSeconds - before) / seconds(since: begun)
    _ = writer.stop()
    return share
  }

  /// Writes records at a rate from a thread of its own.
  private final class Writer: @unchecked Sendable {
    // The thread alone touches `written` until it has ended, which `done` says.
    private let gate: BenchGate
    private let live: [SessionID]
    private let rate: Int
    /// Numbers of steps go on from here.
    private let first: Int
    private var written = 0
    private var isStopped = false
    private let lock = NSLock()
    private let done = DispatchSemaphore(value: 0)
    private let begun = DispatchTime.now()

    init(gate: BenchGate, live: [SessionID], rate: Int, first: Int) {
      self.gate = gate
      self.live = live
      self.rate = rate
      self.first = first
    }

    func start() {
      Thread.detachNewThread { [self] in
        var step = first
        while !lock.withLock({ isStopped }) {
          let due = Int(seconds(since: begun) * Double(rate)) - written
          if due >= 2 {
            gate.write { maker in
              for _ in 0..<due / 2 {
                step += 1
                maker.step(live[step % live.count], step, text: "SELECT \(step)", held: false)
              }
            }
            written += due / 2 * 2
          }
          usleep(10_000)
        }
        done.signal()
      }
    }

    /// - Returns: records in a second.
    func stop() -> Int {
      lock.withLock { isStopped = true }
      done.wait()
      return Int(Double(written) / seconds(since: begun))
    }
  }
}
