import Foundation
import IngestProtocol
import Journal
import NIOCore
import SessionModel
import TestSupport
import Testing

/// A gateway that was taken over: whoever has it has its user, its sockets and its files, and tries everything that these allow.
@Suite(
  "A gateway that was taken over", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"),
  .enabled(if: geteuid() == 0, "two users need root"))
struct TakenOverGatewayTests {
  /// Something that it runs, and that must fail.
  struct Attempt: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: @Sendable (Installed) -> [String]

    init(_ name: String, _ words: @escaping @Sendable (Installed) -> [String]) {
      testDescription = name
      self.words = words
    }
  }

  static let reading: [Attempt] = [
    Attempt("list the store") { ["ls", $0.store] },
    Attempt("read a segment") { ["cat", $0.segment] },
    Attempt("read the index") { ["cat", $0.store + "/index.sqlite"] },
    Attempt("read the log's key") { ["cat", $0.store + "/log.key"] },
    Attempt("read the recorder's configuration") { ["cat", $0.etc("recorder.toml")] },
    Attempt("open the store with our own program") { [Built.path("steno"), "verify", "--store", $0.store] },
    Attempt("list the query socket's folder") {
      ["ls", URL(fileURLWithPath: $0.query).deletingLastPathComponent().path]
    },
    Attempt("ask the recorder") { [Built.path("steno"), "sessions", "--config", $0.etc("gateway.toml")] },
    Attempt("connect to the query socket") {
      ["/usr/bin/python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])", $0.query]
    },
  ]

  static let changing: [Attempt] = [
    Attempt("put a file into the store") { ["touch", $0.store + "/new"] },
    Attempt("remove a segment") { ["rm", "-f", $0.segment] },
    Attempt("truncate a segment") { ["truncate", "-s", "0", $0.segment] },
    Attempt("write over a segment") { ["dd", "if=/dev/zero", "of=" + $0.segment, "count=1", "conv=notrunc"] },
    Attempt("link a segment to elsewhere") { ["ln", $0.segment, "/tmp/steno-linked"] },
    Attempt("move the store away") { ["mv", $0.store, $0.store + "-gone"] },
    Attempt("open the store to itself") { ["chmod", "0777", $0.store] },
    Attempt("take the store") { ["chown", "\(Installed.gatewayUser)", $0.store] },
    Attempt("make the index anew") { [Built.path("steno-recorder"), "rebuild", "--config", $0.etc("gateway.toml")] },
    Attempt("start a recorder of its own on the store") {
      [Built.path("steno-recorder"), "--config", $0.etc("gateway.toml")]
    },
    Attempt("remove the ingest socket") { ["rm", "-f", $0.ingest] },
    Attempt("put its own socket in that one's place") { ["mv", $0.ingest, $0.ingest + ".old"] },
    Attempt("put a socket beside it") {
      [
        "/usr/bin/python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
        $0.ingest + ".mine",
      ]
    },
    Attempt("add an approver to its own configuration") { ["sh", "-c", "echo >> \($0.etc("gateway.toml"))"] },
    Attempt("replace its own configuration") { ["mv", $0.etc("password"), $0.etc("gateway.toml")] },
    Attempt("change the recorder's unit") { ["sh", "-c", "echo >> \($0.unit("steno-recorder.service"))"] },
  ]

  static func process(_ world: Installed) -> String { "\(world.recorder?.identifier ?? 0)" }

  static let interfering: [Attempt] = [
    Attempt("stop the recorder") { ["/bin/kill", "-STOP", process($0)] },
    Attempt("end the recorder") { ["/bin/kill", "-TERM", process($0)] },
    Attempt("kill the recorder") { ["/bin/kill", "-KILL", process($0)] },
    Attempt("have the recorder dump its memory") { ["/bin/kill", "-QUIT", process($0)] },
    Attempt("read the recorder's memory") { ["dd", "if=/proc/\(process($0))/mem", "of=/dev/null", "count=1"] },
    Attempt("read the recorder's address map") { ["cat", "/proc/\(process($0))/maps"] },
    Attempt("read the recorder's environment") { ["cat", "/proc/\(process($0))/environ"] },
    Attempt("use the recorder's open files") { ["ls", "/proc/\(process($0))/fd/"] },
    Attempt("trace the recorder") {
      [
        "/usr/bin/python3", "-c",
        "import ctypes,sys; c=ctypes.CDLL(None,use_errno=True); sys.exit(0 if c.ptrace(16,int(sys.argv[1]),0,0)==0 else 1)",
        process($0),
      ]
    },
    // Not even a second process of its own user gets at the memory that holds the targets' passwords.
    Attempt("trace the gateway from another process") {
      [
        "/usr/bin/python3", "-c",
        "import ctypes,sys; c=ctypes.CDLL(None,use_errno=True); sys.exit(0 if c.ptrace(16,int(sys.argv[1]),0,0)==0 else 1)",
        "\($0.gateway?.identifier ?? 0)",
      ]
    },
    Attempt("lift the recorder's limits") { ["prlimit", "--pid", process($0), "--nofile=1:1"] },
  ]

  @Test("It records, and can neither read nor change nor remove a record, nor touch its recorder")
  func walls() throws {
    let world = try Installed()
    let through = try Program.run("/usr/bin/psql", [world.url, "-X", "-q", "-At", "-c", "SELECT 'as two'"])
    #expect(through.output == "as two\n", "\(through.output)")
    #expect(try world.asGateway(["true"]).status == 0)
    // What it tries must be there, or its failing would say nothing.
    for path in [world.segment, world.store + "/log.key", world.store + "/index.sqlite", world.ingest, world.query] {
      #expect(FileManager.default.fileExists(atPath: path), "\(path)")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: world.segment)).count
    for attempt in TakenOverGatewayTests.reading + TakenOverGatewayTests.changing + TakenOverGatewayTests.interfering {
      let outcome = try world.asGateway(attempt.words(world))
      #expect(outcome.status != 0, "\(attempt.testDescription): \(outcome.output)")
      #expect(outcome.status != 127, "\(attempt.testDescription) could not be tried: \(outcome.output)")
      #expect(!outcome.output.contains("as two"), "\(attempt.testDescription)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: world.segment)).count >= before)
    try ingest(world)
    try rate(world)
    let again = try Program.run("/usr/bin/psql", [world.url, "-X", "-q", "-At", "-c", "SELECT 'still two'"])
    #expect(again.output == "still two\n", "\(again.output)")
    try world.stop()
    let verified = try Program.run(Built.path("steno"), ["verify", "--store", world.store])
    #expect(verified.status == 0, "\(verified.output)")
  }

  /// What it says on the ingest socket, which is its own to use.
  private func ingest(_ world: Installed) throws {
    func hello(_ name: String, lane: UInt16 = 200) -> IngestRequest {
      .hello(.init(version: IngestVersion.current, gateway: name, lane: lane, acknowledged: 0, incarnation: 99))
    }
    func append(_ number: UInt64, _ kind: RecordKind, _ text: String = "{}") -> IngestRequest {
      .append(
        .init(
          gseq: number, session: SessionID(rawValue: 77), kind: kind, claimedAt: Timestamp(microseconds: 1000),
          parts: [.init(name: .meta, salt: [UInt8](repeating: 3, count: 32), bytes: ByteBuffer(string: text))]))
    }
    func refusal(_ what: String, _ code: RefusalCode, _ bytes: [UInt8], after welcomes: Int = 0) throws {
      let replies = try say(bytes, to: world)
      guard replies.count > welcomes, case .refused(code, _) = replies[welcomes] else {
        Issue.record("\(what): \(replies)")
        return
      }
    }
    try refusal("another gateway's name", .name, bytes([hello("other")]))
    try refusal("the recorder's own name", .name, bytes([hello("recorder")]))
    try refusal("its own lane, which its first process has", .name, bytes([hello("gateway", lane: 0)]))
    // A verb that reads, of the other socket's protocol or one that somebody thought of: it is no frame here.
    for verb in ["S", "Q", "L", "G"] {
      try refusal(
        "the verb \(verb)", .malformed, bytes([hello("gateway")]) + [0, 0, 0, 3] + Array("\(verb){}".utf8), after: 1)
    }
    for kind in [RecordKind.decision, .access, .heads, .recorder] {
      try refusal("a record of kind \(kind)", .malformed, bytes([hello("gateway"), append(1, kind)]), after: 1)
    }
    try refusal(
      "a record in another lane's session", .malformed, bytes([hello("gateway"), append(1, .response)]), after: 1)
    // A number that is taken gets the receipt of what has it: nothing is put in its place.
    let replies = try say(
      bytes([hello("gateway"), append(1, .sessionStart), append(1, .sessionStart, "{\"a\":1}")]), to: world)
    let receipts = replies.flatMap { reply -> [IngestReply.Receipt] in
      guard case .receipts(let receipts) = reply else { return [] }
      return receipts
    }
    #expect(receipts.first != nil && Set(receipts.map { $0.leaf.bytes }).count == 1, "\(replies)")
  }

  private func bytes(_ requests: [IngestRequest]) -> [UInt8] {
    var buffer = ByteBuffer()
    for request in requests { request.write(to: &buffer) }
    return Array(buffer.readableBytesView)
  }

  /// Says this as the gateway's user, and gives what came back within the time that the last answer needs.
  private func say(_ bytes: [UInt8], to world: Installed) throws -> [IngestReply] {
    let program = """
      import socket,sys
      s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(.3)
      got=b""
      try:
        s.sendall(bytes.fromhex(sys.argv[2]))
        while True:
          more=s.recv(65536)
          if not more: break
          got+=more
      except OSError: pass
      print(got.hex())
      """
    let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    let outcome = try world.asGateway(["/usr/bin/python3", "-c", program, world.ingest, hex])
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
    let digits = Array(outcome.output.utf8.filter { $0 != UInt8(ascii: "\n") })
    var buffer = ByteBuffer()
    for place in stride(from: 0, to: digits.count - 1, by: 2) {
      buffer.writeInteger(UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) ?? 0)
    }
    var replies: [IngestReply] = []
    while let reply = try IngestReply.read(from: &buffer) { replies.append(reply) }
    return replies
  }

  /// What systemd itself says of the units, where it is installed.
  private func rate(_ world: Installed) throws {
    guard FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze") else {
      print("left out: systemd-analyze is not installed")
      return
    }
    for name in ["steno-recorder.service", "steno-gateway.service"] {
      let verified = try Program.run("/usr/bin/systemd-analyze", ["verify", "--man=no", world.unit(name)])
      #expect(verified.status == 0 && !verified.output.contains(name + ":"), "\(verified.output)")
      // Tenths; below 2 is what systemd calls OK and hardly any service reaches.
      let rated = try Program.run(
        "/usr/bin/systemd-analyze", ["security", "--offline=yes", "--threshold=20", "--no-pager", world.unit(name)])
      #expect(rated.status == 0, "\(rated.output)")
    }
  }
}
