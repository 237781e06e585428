import ArgumentParser
import Configuration

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Runs recorder and gateway in the foreground, for a trial or a small team.",
    discussion: """
      Prints `ready` on a line of its own when both accept; SIGINT or SIGTERM ends both cleanly; SIGHUP has both read the
      file again (rules, approvers, agents, readers), unless it says that the terminal is gone. Both run as this user, so
      sessions are marked `trial: walls not enforced`.

      Example:
        steno up ~/steno
      """)

  @Argument(help: "The folder that steno init made.") var directory: String

  func run() async throws {
    let installation = Installation(directory)
    let configuration = try installation.load()
    for warning in configuration.warnings { StandardOutput.error("steno: \(warning)") }
    let signals = TerminationSignals()
    let daemons: Daemons
    do {
      daemons = try await Daemons.start(configuration: installation.file, stopped: signals.received) { program, line in
        StandardOutput.error("\(program): \(Shown.line(line))")
      }
    } catch {
      // Asked to stop while starting: that has been done.
      if signals.received.current != nil { return }
      throw error
    }
    StandardOutput.line("ready")
    let over = Occurrence<String?>()
    signals.received.then { _ in over.happen(nil) }
    signals.hangup.means { daemons.reload() }
    daemons.died.then { over.happen($0) }
    let reason = await over.wait()
    await daemons.stop()
    if let reason { throw CommandFailure("\(reason), so the other was ended too; its last lines say why") }
  }
}
