import Foundation
import IngestProtocol
import Journal
import NIOCore
import SessionModel
import TestSupport
import Testing

/// Gateways of other hosts: TLS 1.3 with certificates on both sides, against the real recorder and openssl as its peer.
@Suite("The line between gateway and recorder", .serialized, .oneAtATime)
struct RecorderLineTests {
  /// A recorder that listens for TLS, without gateway and target.
  final class Listening {
    let directory: URL
    let certificates: LineCertificates
    let port: Int
    let recorder: Program
    let own: Certificates.Pair

    init() throws {
      directory = URL(fileURLWithPath: "/tmp/steno-line-\(UInt32.random(in: 0...UInt32.max))")
      certificates = try LineCertificates(in: directory.appendingPathComponent("tls"))
      own = try certificates.pair(for: "recorder.test")
      let pinned = try certificates.pair(for: "pinned.test")
      port = try FreePort.find()
      let text = """
        [recorder]
        store = "store"
        origin = "line.test/steno"
        ingest = "run/ingest.sock"
        query = "run/query.sock"
        ingest_tls = { listen = "127.0.0.1:\(port)", certificate = "\(own.certificate)", key = "\(own.key)", ca_file = "\(certificates.authority.certificate)" }

        [[gateway]]
        name = "edge-1"
        certificate = "dns:edge-1.test"

        [[gateway]]
        name = "edge-2"
        certificate = "\(try certificates.fingerprint(pinned))"

        [[gateway]]
        name = "local"
        """
      let file = directory.appendingPathComponent("steno.toml").path
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      recorder = try Program(Built.path("steno-recorder"), ["--config", file])
      try recorder.wait(for: "ready\n")
    }

    deinit {
      recorder.send(SIGKILL)
      try? FileManager.default.removeItem(at: directory)
    }

    /// Greets as `name` through `openssl s_client`.
    func greet(_ name: String, _ options: [String]) throws -> Program {
      var hello = ByteBuffer()
      IngestRequest.hello(
        .init(version: IngestVersion.current, gateway: name, lane: 0, acknowledged: 0, incarnation: 7)
      ).write(to: &hello)
      let file = directory.appendingPathComponent("hello-\(name)").path
      try Data(hello.readableBytesView).write(to: URL(fileURLWithPath: file))
      let words = ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(port)"] + options
      return try Program("/bin/sh", ["-c", "exec \(words.joined(separator: " ")) < \(file)"])
    }

    func options(_ pair: Certificates.Pair) -> [String] {
      [
        "-cert", pair.certificate, "-key", pair.key, "-CAfile", certificates.authority.certificate,
        "-verify_return_error",
      ]
    }
  }

  struct Stranger: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var name = "edge-1"
    /// A part of the recorder's line about it.
    var reason: String
    var options: @Sendable (Listening) throws -> [String]
  }

  static let strangers: [Stranger] = [
    Stranger(testDescription: "no certificate", reason: "no certificate was shown") { _ in [] },
    Stranger(testDescription: "one of another authority", reason: "unable to get local issuer certificate") { world in
      let other = try LineCertificates(in: world.directory.appendingPathComponent("other"), named: "other")
      return world.options(try other.pair(for: "edge-1.test"))
    },
    Stranger(testDescription: "a self-signed one", reason: "self-signed certificate") { world in
      world.options(
        try LineCertificates(in: world.directory.appendingPathComponent("self"), named: "edge-1.test").authority)
    },
    Stranger(testDescription: "one that has expired", reason: "certificate has expired") { world in
      world.options(try world.certificates.pair(for: "edge-1.test", days: -1, file: "expired"))
    },
    Stranger(testDescription: "a server's", reason: "unsuitable certificate purpose") { world in
      world.options(try world.certificates.pair(for: "edge-1.test", usage: "serverAuth", file: "server"))
    },
    Stranger(testDescription: "TLS 1.2", reason: "TLS 1.3 was not offered") { world in
      ["-tls1_2"] + world.options(try world.certificates.pair(for: "edge-1.test", file: "old"))
    },
    Stranger(testDescription: "another gateway's", reason: "may not speak as this gateway") { world in
      world.options(try world.certificates.pair(for: "edge-9.test"))
    },
    Stranger(testDescription: "a wildcard", reason: "may not speak as this gateway") { world in
      world.options(try world.certificates.pair(for: "*.test", file: "wildcard"))
    },
    Stranger(testDescription: "another key", name: "edge-2", reason: "may not speak as this gateway") { world in
      world.options(try world.certificates.pair(for: "pinned.test", file: "repinned"))
    },
    Stranger(testDescription: "a name bound to a user", name: "local", reason: "may not speak as this gateway") {
      world in
      world.options(try world.certificates.pair(for: "edge-1.test", file: "known"))
    },
  ]

  @Test(
    "A certificate speaks as the gateway that it is bound to and no other, and every stranger is refused with its reason"
  )
  func names() throws {
    let world = try Listening()
    for (name, pair) in [
      ("edge-1", try world.certificates.pair(for: "edge-1.test")),
      (
        "edge-2",
        Certificates.Pair(
          certificate: world.directory.path + "/tls/pinned.test.pem", key: world.directory.path + "/tls/pinned.test.key"
        )
      ),
    ] {
      let peer = try world.greet(name, world.options(pair))
      try peer.wait(for: "line.test/steno", seconds: 10)
      peer.send(SIGKILL)
    }
    for stranger in RecorderLineTests.strangers {
      let peer = try world.greet(stranger.name, try stranger.options(world))
      let outcome = try peer.finish(seconds: 15)
      #expect(!outcome.output.contains("line.test/steno"), "\(stranger.testDescription): \(outcome.output)")
      try world.recorder.wait(for: stranger.reason, seconds: 10)
    }
  }

  @Test("A peer without TLS and one that says nothing are refused, and neither is in a gateway's way")
  func plaintext() throws {
    let world = try Listening()
    var hello = ByteBuffer()
    IngestRequest.hello(
      .init(version: IngestVersion.current, gateway: "edge-1", lane: 0, acknowledged: 0, incarnation: 7)
    ).write(to: &hello)
    let silent = try (0..<70).map { _ in try WireClient(port: world.port) }
    let plain = try WireClient(port: world.port)
    plain.send(Array(hello.readableBytesView))
    var received: [UInt8] = []
    while case let bytes = plain.read(), !bytes.isEmpty { received += bytes }
    #expect(!String(decoding: received, as: UTF8.self).contains("line.test/steno"))
    try world.recorder.wait(for: "it does not speak TLS", seconds: 10)
    let peer = try world.greet("edge-1", world.options(try world.certificates.pair(for: "edge-1.test")))
    try peer.wait(for: "line.test/steno", seconds: 10)
    peer.send(SIGKILL)
    try world.recorder.wait(for: "too many connections have not greeted", seconds: 10)
    #expect(silent[0].read().isEmpty)
  }

  @Test(
    "A gateway refuses a recorder whose certificate is another's or of another authority, and says so",
    arguments: [
      "another name", "another authority",
    ])
  func strangeRecorder(_ fault: String) throws {
    let world = try Listening()
    let own = try world.certificates.pair(for: "edge-1.test")
    let other = try LineCertificates(in: world.directory.appendingPathComponent("other"), named: "other")
    let file = world.directory.appendingPathComponent("gateway.toml").path
    let authority = fault == "another name" ? world.certificates.authority : other.authority
    try """
    [recorder]
    origin = "line.test/steno"

    [[gateway]]
    name = "edge-1"
    recorder = { address = "127.0.0.1:\(world.port)", server_name = "\(fault == "another name" ? "elsewhere" : "recorder").test", certificate = "\(own.certificate)", key = "\(own.key)", ca_file = "\(authority.certificate)" }

    [[connection]]
    name = "orders"
    protocol = "postgres"
    listen = "127.0.0.1:\(try FreePort.find())"
    upstream = { host = "127.0.0.1", database = "none", user = "none" }
    """.write(toFile: file, atomically: true, encoding: .utf8)
    let gateway = try Program(Built.path("steno-gateway"), ["--config", file])
    defer { gateway.send(SIGKILL) }
    try gateway.wait(
      for: fault == "another name" ? "hostname mismatch" : "unable to get local issuer certificate", seconds: 15)
    try world.recorder.wait(for: "refuses our certificate", seconds: 10)
  }
}
