import Foundation
import Glibc
import Synchronization

/// A program run to its end, its output kept.
struct Tool {
  var status: Int32
  var output: String
  var errors: String

  static func run(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil, withinSeconds seconds: Double = 60
  ) async throws -> Tool {
    let kept = Kept()
    let child = try ChildProcess(
      name: path, path: path, arguments: arguments, environment: environment,
      onLine: { line, output in kept.add(line, output) })
    let over = Occurrence<Int32?>()
    child.exited.then { over.happen($0) }
    over.happen(nil, afterSeconds: seconds)
    guard let status = await over.wait() else {
      await child.end(withinSeconds: 2)
      throw CommandFailure("\(path) has not ended within \(Int(seconds)) s; run it by hand to see why")
    }
    return Tool(status: status, output: kept.text(.standard), errors: kept.text(.error))
  }

  /// Finds a program: in the folders given, then in PATH.
  static func find(_ name: String, in folders: [String] = []) -> String? {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    return (folders + path + ["/usr/bin", "/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  private final class Kept: Sendable {
    private let lines = Mutex<[(String, ChildProcess.Output)]>([])

    func add(_ line: String, _ output: ChildProcess.Output) {
      lines.withLock { $0.append((line, output)) }
    }

    func text(_ output: ChildProcess.Output) -> String {
      lines.withLock { $0.filter { $0.1 == output }.map(\.0).joined(separator: "\n") }
    }
  }
}
