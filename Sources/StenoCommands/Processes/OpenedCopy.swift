import Foundation
import RecorderClient
import Synchronization

/// A bundle, or a copy of a store, opened for reading: a process of our own serves it as a recorder would, and ends with this one.
final class OpenedCopy: Sendable {
  /// What its check found, in one line.
  let finding: String
  let socket: String
  let name: String
  private let child: ChildProcess

  var isIntact: Bool { finding.hasPrefix("intact") }

  private init(finding: String, socket: String, name: String, child: ChildProcess) {
    self.finding = finding
    self.socket = socket
    self.name = name
    self.child = child
  }

  /// Processes that serve copies end when their input closes: with this one.
  private static let kept = Mutex<[OpenedCopy]>([])

  private enum Outcome: Sendable {
    case ready, late
    case ended(Int32)
  }

  /// - Parameter arguments: `--bundle FILE` or `--store DIR`, and `--vkey FILE`.
  static func open(_ name: String, _ arguments: [String]) async throws -> OpenedCopy {
    var template = Array((NSTemporaryDirectory() + "/steno-copy-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure("cannot make a temporary folder (\(String(cString: strerror(errno))))")
    }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let outcome = Occurrence<Outcome>()
    let said = Mutex<(finding: String, error: String)>(("", ""))
    let child = try ChildProcess(
      name: "steno-recorder", path: "\(Daemons.ownFolder())/steno-recorder",
      arguments: ["read", "--folder", folder, "--watch-stdin"] + arguments,
      onLine: { line, output in
        if output == .standard, line == "ready" { return outcome.happen(.ready) }
        said.withLock { said in
          if output == .standard, line.hasPrefix("finding ") {
            said.finding = String(line.dropFirst(8))
          } else if said.error.isEmpty {
            said.error = line
          }
        }
      })
    child.exited.then { outcome.happen(.ended($0)) }
    // A large store is verified and indexed first.
    outcome.happen(.late, afterSeconds: 24 * 3600)
    switch await outcome.wait() {
    case .ready:
      let copy = OpenedCopy(
        finding: said.withLock { $0.finding }, socket: folder + "/query.sock", name: name, child: child)
      kept.withLock { $0.append(copy) }
      return copy
    case .ended, .late:
      await child.end(withinSeconds: 2)
      do { try FileManager.default.removeItem(atPath: folder) } catch {}
      let reason = said.withLock { $0.error }
      throw CommandFailure("cannot open \(name): \(Shown.line(reason.replacing("steno-recorder: ", with: "")))")
    }
  }

  /// Ends the processes that serve copies, and removes what they have made.
  static func closeAll() async {
    let all = kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
    for copy in all { await copy.child.end(withinSeconds: 5) }
  }
}
