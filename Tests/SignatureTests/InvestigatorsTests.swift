import Foundation
import Signatures
import Testing

/// Envelopes for investigators, with `openssl cms` as the other side.
@Suite(
  "What is sealed to investigators", .serialized,
  .enabled(if: access("/usr/bin/openssl", X_OK) == 0, "openssl is not installed here"))
struct InvestigatorsTests {
  private let folder = NSTemporaryDirectory() + "steno-cms-\(UInt64.random(in: .min ... .max))"
  private static let secret = Array("{\"column\":\"email\",\"value\":\"zoe@example.org\"}\n\r\nend".utf8)

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try make("jane", ["-newkey", "rsa:2048"])
    try make("omar", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
  }

  private func make(_ name: String, _ key: [String]) throws {
    let outcome = try openssl(
      ["req", "-x509"] + key + [
        "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out",
        "\(folder)/\(name).pem",
      ])
    #expect(outcome.status == 0)
  }

  private func openssl(_ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, Array(output))
  }

  private func pem(_ name: String) -> String { "\(folder)/\(name).pem" }
  private func key(_ name: String) -> String { "\(folder)/\(name).key" }

  @Test("openssl opens an envelope with each recipient's key, and finds AES-256 in it", arguments: ["jane", "omar"])
  func interoperates(_ name: String) throws {
    let envelope = try #require(try Investigators(files: [pem("jane"), pem("omar")]).seal(Self.secret))
    let file = "\(folder)/envelope.der"
    try Data(envelope).write(to: URL(fileURLWithPath: file))
    let opened = try openssl([
      "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file, "-inkey", key(name), "-recip", pem(name),
    ])
    #expect(opened.status == 0)
    #expect(opened.output == Self.secret)
    let printed = try openssl(["cms", "-cmsout", "-print", "-inform", "DER", "-in", file])
    #expect(String(decoding: printed.output, as: UTF8.self).contains("aes-256-cbc"))
    #expect(!Data(envelope).contains(Data("zoe".utf8)))
    for certificate in [nil, pem(name)] {
      #expect(try InvestigatorKey(file: key(name), certificate: certificate).open(envelope) == Self.secret)
    }
  }

  @Test("Two envelopes of the same bytes differ, and nobody else's key opens one")
  func othersCannot() throws {
    let investigators = try Investigators(files: [pem("jane")])
    let envelope = try #require(investigators.seal(Self.secret))
    #expect(investigators.seal(Self.secret) != envelope)
    // Without a certificate a wrong RSA key gives garbage (against Bleichenbacher's attack), never what was sealed.
    #expect((try? InvestigatorKey(file: key("omar"), certificate: nil).open(envelope)) != Self.secret)
    #expect(throws: EnvelopeFault.self) {
      try InvestigatorKey(file: key("omar"), certificate: pem("omar")).open(envelope)
    }
    #expect(throws: EnvelopeFault.self) { try InvestigatorKey(file: key("omar"), certificate: pem("jane")) }
    #expect(throws: EnvelopeFault.self) {
      try InvestigatorKey(file: key("jane"), certificate: nil).open(Array(envelope.dropLast(envelope.count / 2)))
    }
  }

  @Test("A file without a certificate, an expired one and one of a key that only signs are refused")
  func refused() throws {
    try Data("no certificate".utf8).write(to: URL(fileURLWithPath: pem("empty")))
    // Valid until the second in which it is made.
    let request = "\(folder)/past.csr"
    #expect(
      try openssl(["req", "-new", "-key", key("jane"), "-subj", "/CN=past", "-out", request]).status == 0)
    #expect(
      try openssl(["x509", "-req", "-in", request, "-signkey", key("jane"), "-days", "0", "-out", pem("past")]).status
        == 0)
    try make("signer", ["-newkey", "ed25519"])
    for (files, words) in [
      (["\(folder)/none.pem"], "cannot be read"), ([pem("empty")], "no certificate"), ([pem("past")], "expired"),
      ([pem("jane"), pem("signer")], "nothing can be sealed"), ([], "no certificate"),
    ] {
      #expect {
        try Investigators(files: files)
      } throws: { error in
        "\(error)".contains(words)
      }
    }
  }
}
