import ArgumentParser
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Shows all of it at work: an agent, a PostgreSQL, and one request that is held for you.",
    discussion: """
      Starts a throwaway PostgreSQL, recorder, gateway and a scripted ReAct agent in a temporary folder, then the console on
      them. Everything is ended and removed on the way out.

      Examples:
        steno demo
        steno demo --headless          plays to the end, decides the hold itself, and checks what was recorded
        steno demo --keep ./world      leaves the folder there
      """)

  @Flag(help: "Without the console; exits 0 only if all checks hold.") var headless = false
  @Option(help: ArgumentHelp("Uses this new folder, and leaves it.", valueName: "dir")) var keep: String?

  func run() async throws {
    let signals = TerminationSignals()
    let interactive = !headless && isatty(0) == 1 && isatty(1) == 1
    let world: DemoWorld
    do {
      world = try await DemoWorld.make(keep: keep, stopped: signals.received) { StandardOutput.line($0) }
    } catch {
      if let signal = signals.received.current { throw CommandFailure.silent(128 + signal) }
      throw error
    }
    do {
      if interactive {
        try await watch(world, signals)
      } else {
        try await HeadlessDemo(world: world, stopped: signals.received).play()
      }
    } catch {
      await world.tearDown()
      if let signal = signals.received.current { throw CommandFailure.silent(128 + signal) }
      throw error
    }
    await world.tearDown()
    if let keep {
      StandardOutput.line(
        "kept in \(keep): steno up \(keep)/steno needs its PostgreSQL, steno verify --store \(keep)/steno/store does not"
      )
    }
  }

  /// The way out is short and must not be cut shorter: the folder and the processes go with it.
  private func ignoreSignals() {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
  }

  /// The console on the world, until it is left.
  private func watch(_ world: DemoWorld, _ signals: TerminationSignals) async throws {
    _ = try world.startAgent(pace: 2.5) { _ in }
    signals.release()
    let configuration = try world.installation.load()
    do {
      try await ConsoleSession.run(configuration: configuration)
    } catch {
      ignoreSignals()
      throw error
    }
    ignoreSignals()
  }
}
