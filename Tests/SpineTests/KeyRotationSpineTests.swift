import Foundation
import Journal
import TestSupport
import Testing

/// The log's key changed by the real program; and killed while it does.
@Suite("A recorder's store, by its tools", .oneAtATime) struct KeyRotationSpineTests {
  struct Kill: Sendable, CustomTestStringConvertible {
    var call: String
    /// The how-manieth call, of all that the program makes.
    var when: Int
    var testDescription: String { "\(call) at \(when)" }

    static let short =
      [2, 4, 6].map { Kill(call: "rename", when: $0) } + (1...5).map { Kill(call: "fsync", when: $0) }
      + [3, 6, 8].map { Kill(call: "fdatasync", when: $0) }
    static let long = ["rename", "fsync", "fdatasync", "pwrite64", "openat", "unlink"].flatMap { call in
      (1...20).map { Kill(call: call, when: $0) }
    }
    static var all: [Kill] { ProcessInfo.processInfo.environment["STENO_SOAK"] == nil ? short : short + long }
  }

  let folder: TemporaryFolder
  let file: String
  var store: String { folder.path + "/store" }

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path + "/steno.toml"
    try """
    [recorder]
    store = "store"
    origin = "tools.test/steno"
    ingest = "run/ingest.sock"
    query = "run/query.sock"

    """.write(toFile: file, atomically: true, encoding: .utf8)
  }

  private func runRecorder() throws {
    let recorder = try Program(Built.path("steno-recorder"), ["--config", file])
    try recorder.wait(for: "ready\n")
    recorder.send(SIGTERM)
    #expect(try recorder.finish().status == 0)
  }

  private func tool(_ words: [String]) throws -> Program.Outcome {
    try Program.run(Built.path("steno-recorder"), words + ["--config", file])
  }

  private func steno(_ words: [String]) throws -> Program.Outcome {
    try Program.run(Built.path("steno"), words)
  }

  private func keep(_ name: String) throws -> String {
    let path = folder.path + "/" + name
    try steno(["keys", "--config", file]).output.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test(
    "The key changes by one command; each key that there was checks the whole store, and the history names them all")
  func rotates() throws {
    try runRecorder()
    let first = try keep("first.vkey")
    let rotated = try tool(["rotate-key"])
    #expect(rotated.status == 0 && rotated.output.contains("records on the log's key is"), "\(rotated.output)")
    let second = try keep("second.vkey")
    #expect(try String(contentsOfFile: first, encoding: .utf8) != String(contentsOfFile: second, encoding: .utf8))
    try runRecorder()
    for key in [first, second] {
      let verified = try steno(["verify", "--store", store, "--vkey", key])
      #expect(verified.status == 0, "\(verified.output)")
    }
    let history = try steno(["keys", "--history", "--config", file]).output
    #expect(history.contains("steno/key-rotation/v1\ntools.test/steno\nfrom "), "\(history)")
    let path = folder.path + "/log.keys"
    try history.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try steno(["verify", "--store", store, "--vkey", path]).status == 0)
    let running = try Program(Built.path("steno-recorder"), ["--config", file])
    try running.wait(for: "ready\n")
    #expect(try tool(["rotate-key"]).status == 2)
    running.send(SIGTERM)
    _ = try running.finish()
  }

  @Test(
    "Killed at a system call, either key works afterwards, and the store is intact to whoever has the old one",
    .enabled(
      if: access(RecorderKillTests.strace, X_OK) == 0 || ProcessInfo.processInfo.environment["CI"] == "true",
      "strace is not installed"), arguments: Kill.all)
  func killed(_ kill: Kill) throws {
    try runRecorder()
    let old = try keep("old.vkey")
    let traced = try Program(
      RecorderKillTests.strace,
      [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(kill.call)", "-e",
        "inject=\(kill.call):signal=KILL:when=\(kill.when)", Built.path("steno-recorder"), "rotate-key", "--config",
        file,
      ])
    _ = try traced.finish()
    try runRecorder()
    #expect(!FileManager.default.fileExists(atPath: store + "/log.key.next"))
    for key in [old, try keep("new.vkey")] {
      let verified = try steno(["verify", "--store", store, "--vkey", key])
      #expect(verified.status == 0, "\(kill): \(verified.output)")
    }
  }
}
