import Foundation
import IngestProtocol
import Journal
import NIOCore
import SessionModel
import TestSupport
import Testing

/// A recorder that is killed, or whose disk fails, at a system call of its journal: strace makes that happen.
@Suite("A recorder killed at a system call", .oneAtATime) struct RecorderKillTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var call: String
    var effect: String
    /// The how-manieth call on the journal's file.
    var when: Int

    var testDescription: String { "\(call) \(effect) at \(when)" }
    var isKill: Bool { effect.hasPrefix("signal") }

    /// A start makes a segment with a header, a batch and zeros ahead; each append is one write and one sync.
    static let short: [Fault] = [
      Fault(call: "openat", effect: "signal=KILL", when: 1), Fault(call: "pwrite64", effect: "signal=KILL", when: 2),
      Fault(call: "fdatasync", effect: "signal=KILL", when: 1), Fault(call: "pwrite64", effect: "signal=KILL", when: 8),
      Fault(call: "fdatasync", effect: "signal=KILL", when: 6),
      Fault(call: "pwrite64", effect: "error=ENOSPC", when: 8),
      Fault(call: "fdatasync", effect: "error=EIO", when: 6),
    ]

    static let long: [Fault] =
      (1...14).flatMap { when in
        ["signal=KILL", "error=EIO", "error=ENOSPC"].flatMap { effect in
          ["pwrite64", "fdatasync"].map { Fault(call: $0, effect: effect, when: when) }
        }
      } + [Fault(call: "openat", effect: "error=EIO", when: 1), Fault(call: "openat", effect: "error=ENOSPC", when: 1)]

    static var all: [Fault] {
      ProcessInfo.processInfo.environment["STENO_SOAK"] == nil ? short : short + long
    }
  }

  static let strace = "/usr/bin/strace"
  private static let configuration = """
    [recorder]
    store = "store"
    origin = "kill.test/steno"
    ingest = "run/ingest.sock"
    query = "run/query.sock"

    """

  @Test(
    "Every acknowledged record is there after the next start, and the store is intact",
    .enabled(
      if: access(RecorderKillTests.strace, X_OK) == 0 || ProcessInfo.processInfo.environment["CI"] == "true",
      "strace is not installed"), arguments: Fault.all)
  func faults(_ fault: Fault) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/steno.toml"
    try Self.configuration.write(toFile: file, atomically: true, encoding: .utf8)
    // strace holds paths against the kernel's, which has no double slashes.
    let segment =
      URL(fileURLWithPath: folder.path).standardizedFileURL.path + "/store/" + SegmentFormat.fileName(firstIndex: 0)
    let traced = try Program(
      Self.strace,
      [
        "-f", "-qq", "-o", "/dev/null", "-P", segment, "-e", "trace=\(fault.call)", "-e",
        "inject=\(fault.call):\(fault.effect):when=\(fault.when)", Built.path("steno-recorder"), "--config", file,
      ])
    defer { traced.send(SIGKILL) }
    var acknowledged: UInt64 = 0
    do {
      try traced.wait(for: "ready\n")
      acknowledged = try append(folder.path + "/run/ingest.sock")
    } catch is Program.Missing {
      // Killed, or refused, before it was ready: nothing was acknowledged.
    }
    if fault.isKill {
      #expect(try traced.finish().status != 0)
    } else {
      // strace keeps signals to itself: its child gets this one from us.
      let children = try? String(
        contentsOfFile: "/proc/\(traced.identifier)/task/\(traced.identifier)/children", encoding: .utf8)
      for child in (children ?? "").split(separator: " ") { if let child = pid_t(child) { kill(child, SIGTERM) } }
      _ = try traced.finish()
    }
    let again = try Program(Built.path("steno-recorder"), ["--config", file])
    try again.wait(for: "ready\n")
    again.send(SIGTERM)
    #expect(try again.finish().status == 0)
    let report = try StoreVerifier(store: folder.path + "/store").verify()
    #expect(report.finding == nil, "\(String(describing: report.finding))")
    let cursor = JournalCursor(directory: folder.path + "/store")
    var last: UInt64 = 0
    while let record = try cursor.next(limit: report.records) {
      if record.fields.gateway == "gateway/0" { last = record.fields.gseq }
    }
    #expect(last >= acknowledged)
    // A start and a gateway's hello come first; each append then is one write and one sync.
    if fault.when >= 8 { #expect(acknowledged > 0) }
  }

  /// Sends records one by one, each once the one before has its receipt; the number of the last receipt.
  private func append(_ path: String) throws -> UInt64 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isConnected else { return 0 }
    var received = ByteBuffer()
    func send(_ request: IngestRequest) {
      var buffer = ByteBuffer()
      request.write(to: &buffer)
      _ = Array(buffer.readableBytesView).withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
    }
    func reply() throws -> IngestReply? {
      while true {
        if let reply = try IngestReply.read(from: &received) { return reply }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        received.writeBytes(bytes[..<count])
      }
    }
    send(.hello(.init(version: 1, gateway: "gateway", lane: 0, acknowledged: 0, incarnation: 1)))
    guard case .welcome? = try reply() else { return 0 }
    var acknowledged: UInt64 = 0
    for number: UInt64 in 1...6 {
      send(
        .append(
          .init(
            gseq: number, session: SessionID(rawValue: 5), kind: number == 1 ? .sessionStart : .note,
            claimedAt: Timestamp(microseconds: 1000),
            parts: [.init(name: .meta, salt: [UInt8](repeating: 3, count: 32), bytes: ByteBuffer(string: "{}"))])))
      guard case .receipts(let receipts)? = try reply() else { break }
      acknowledged = receipts.last?.gseq ?? acknowledged
    }
    return acknowledged
  }
}
