import Foundation
import Glibc

/// Recorder and gateway as children of this process.
final class Daemons: Sendable {
  let recorder: ChildProcess
  let gateway: ChildProcess
  /// The first of the two that ended, in words.
  let died = Occurrence<String>()

  private init(recorder: ChildProcess, gateway: ChildProcess) {
    self.recorder = recorder
    self.gateway = gateway
    for child in [recorder, gateway] {
      let died = died
      child.exited.then { died.happen("\(child.name) has ended (status \($0))") }
    }
  }

  /// Starts the recorder, then the gateway, each once the one before accepts.
  /// - Parameters:
  ///   - log: Called with every line that either prints.
  ///   - stopped: Happens when a signal asks to end; starting is then given up.
  static func start(
    configuration: String, stopped: Occurrence<Int32>,
    log: @escaping @Sendable (_ program: String, _ line: String) -> Void
  ) async throws -> Daemons {
    let recorder = try await startOne("steno-recorder", configuration, stopped, log)
    do {
      let gateway = try await startOne("steno-gateway", configuration, stopped, log)
      return Daemons(recorder: recorder, gateway: gateway)
    } catch {
      await recorder.end(withinSeconds: 10)
      throw error
    }
  }

  /// Gateway first: its sessions' last records still reach the recorder.
  func stop() async {
    await gateway.end(withinSeconds: 10)
    await recorder.end(withinSeconds: 10)
  }

  /// Has both read their configuration again, the recorder first: a new approver counts there before the gateway asks.
  func reload() {
    recorder.signal(SIGHUP)
    gateway.signal(SIGHUP)
  }

  private enum Outcome: Sendable {
    case ready
    case ended(Int32)
    case stopped, late
  }

  private static func startOne(
    _ program: String, _ configuration: String, _ stopped: Occurrence<Int32>,
    _ log: @escaping @Sendable (String, String) -> Void
  ) async throws -> ChildProcess {
    let outcome = Occurrence<Outcome>()
    let child = try ChildProcess(
      name: program, path: "\(ownFolder())/\(program)", arguments: ["--config", configuration, "--watch-stdin"],
      onLine: { line, output in
        if output == .standard, line == "ready" {
          outcome.happen(.ready)
        } else {
          log(program, line)
        }
      })
    child.exited.then { outcome.happen(.ended($0)) }
    stopped.then { _ in outcome.happen(.stopped) }
    outcome.happen(.late, afterSeconds: 60)
    switch await outcome.wait() {
    case .ready: return child
    case .ended(let status):
      throw CommandFailure("\(program) has ended (status \(status)) before it was ready; its last lines say why")
    case .stopped:
      await child.end(withinSeconds: 10)
      throw CommandFailure("stopped before \(program) was ready")
    case .late:
      await child.end(withinSeconds: 10)
      throw CommandFailure("\(program) was not ready within 60 s; its lines say what it waits for")
    }
  }

  /// The folder that this program's file is in: the daemons are beside it.
  static func ownFolder() -> String {
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return (path as NSString).deletingLastPathComponent
  }
}
