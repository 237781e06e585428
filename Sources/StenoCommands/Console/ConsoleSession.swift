import Configuration
import ConsoleCore
import ConsoleTerminal
import Foundation
import RecorderClient

/// The console on one recorder.
enum ConsoleSession {
  /// Runs until the person leaves it, or a signal ends it. The terminal's own signals are the console's meanwhile.
  static func run(
    configuration: StenoConfiguration, preferences: ConsolePreferences = ConsolePreferences(theme: nil),
    isReadOnly: Bool = false
  ) async throws {
    try await run(
      socket: configuration.recorder.query, signer: DecisionSigner(configuration), preferences: preferences,
      isReadOnly: isReadOnly)
  }

  /// - Parameter copy: What is looked at where it is no recorder's; what its check found stands on every screen.
  static func run(
    socket: String, signer: DecisionSigner, preferences: ConsolePreferences, isReadOnly: Bool,
    copy: OpenedCopy? = nil
  ) async throws {
    let client = try await RecorderClient.connect(socket: socket, program: "console")
    let desk = ConsoleDesk(socket: socket, client: client, signer: signer)
    let over = Occurrence<ConsoleFault?>()
    // The console blocks its thread while it waits for keys.
    Thread.detachNewThread {
      let runner = ConsoleRunner(theme: preferences.theme, environment: ProcessInfo.processInfo.environment)
      var model = ConsoleModel(size: ConsoleRunner.size, now: ConsoleRunner.now)
      model.zone = ConsoleRunner.zone
      model.keys = preferences.keys
      model.lockAfter = preferences.lockAfter
      model.isReadOnly = isReadOnly
      model.copyFinding = copy.map { $0.isIntact ? "offline copy: intact" : "offline copy: BROKEN" }
      if let copy { model.tell("\(copy.name): \(copy.finding)") }
      do { model.searches = try SavedSearchFile().load() } catch { model.tell(String(describing: error)) }
      if let fault = preferences.faults.first { model.tell(fault) }
      do throws(ConsoleFault) {
        try runner.run(model: model) { command, answer in
          Task { await desk.perform(command, answer) }
        }
        over.happen(nil)
      } catch {
        over.happen(error)
      }
    }
    let fault = await over.wait()
    await desk.close()
    if let fault { throw CommandFailure(fault.description, status: fault.exitCode) }
  }
}
