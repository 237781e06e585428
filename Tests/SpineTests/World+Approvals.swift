import Foundation
import Signatures

/// Approvers of a test's world, each with a key of their own.
extension World {
  static func approverBlocks(_ people: [(name: String, key: SSHPrivateKey)]) -> String {
    people.map { "[[approver]]\nname = \"\($0.name)\"\nkey = \"\($0.key.publicKey.line)\"\n" }.joined(separator: "\n")
  }

  /// Writes a private key for `steno approve --key`; its path.
  func write(_ key: SSHPrivateKey, as name: String) throws -> String {
    let path = directory.appendingPathComponent(name).path
    try key.file(comment: name).write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    return path
  }

  func steno(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(Built.path("steno"), arguments + ["--config", configuration])
  }

  /// What waits, as `steno approvals --json` says it.
  func approvals() throws -> [[String: Any]] {
    try steno(["approvals", "--json"]).output.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// Starts psql with one statement, and waits until it is held; the approval's identifier.
  func hold(_ statement: String) throws -> (psql: Program, id: String) {
    let psql = try Program("/usr/bin/psql", [throughGateway, "-X", "-q", "-c", statement])
    try psql.wait(for: "held for approval ")
    // The index follows the journal within milliseconds; the question is asked until it has.
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline {
      if let id = try approvals().first(where: { $0["text"] as? String == statement })?["id"] as? String {
        return (psql, id)
      }
    }
    throw Program.Missing(description: "the held request is not listed")
  }
}

extension World {
  /// Waits until the gateway has found the recorder again: until it has, decisions are refused as unavailable.
  func waitForGateway() throws {
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline {
      let signals = try steno(["signals", "--json"]).output
      if signals.contains("\"gateways\":1") { return }
    }
    throw Program.Missing(description: "the gateway did not come back")
  }
}

extension World {
  /// Changes the configuration's file; who reads it is not told.
  func replace(_ old: String, with new: String) throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    guard text.contains(old) else { throw Program.Missing(description: "the configuration does not say \(old)") }
    try text.replacingOccurrences(of: old, with: new).write(toFile: configuration, atomically: true, encoding: .utf8)
  }
}
