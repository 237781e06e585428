import Foundation
import Signatures
import Testing

/// Requests and tokens, with `openssl ts` as the authority.
@Suite struct TimestampTokenTests {
  let folder = NSTemporaryDirectory() + "steno-ts-\(UInt64.random(in: .min ... .max))"
  var authority: String { folder + "/ca.pem" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try openssl(
      ["req", "-x509"] + newKey + ["-days", "2", "-subj", "/CN=root", "-keyout", folder + "/ca.key", "-out", authority])
    try openssl(
      ["req", "-x509"] + newKey + [
        "-days", "2", "-subj", "/CN=other", "-keyout", folder + "/other.key", "-out", folder + "/other.pem",
      ])
    try openssl(["req"] + newKey + ["-subj", "/CN=tsa", "-keyout", folder + "/tsa.key", "-out", folder + "/tsa.csr"])
    try put("tsa.ext", "extendedKeyUsage=critical,timeStamping\n")
    try openssl([
      "x509", "-req", "-in", folder + "/tsa.csr", "-CA", authority, "-CAkey", folder + "/ca.key", "-CAcreateserial",
      "-days", "2", "-extfile", folder + "/tsa.ext", "-out", folder + "/tsa.pem",
    ])
    try put(
      "tsa.cnf",
      """
      [tsa]
      default_tsa = t
      [t]
      serial = \(folder)/serial
      signer_cert = \(folder)/tsa.pem
      signer_key = \(folder)/tsa.key
      signer_digest = sha256
      default_policy = 1.2.3.4.1
      digests = sha256
      """)
    try put("serial", "01\n")
  }

  private func put(_ name: String, _ text: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  private func openssl(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments)")
  }

  private func answer(_ request: TimestampRequest) throws -> [UInt8] {
    try Data(request.der).write(to: URL(fileURLWithPath: folder + "/query"))
    try openssl([
      "ts", "-reply", "-config", folder + "/tsa.cnf", "-queryfile", folder + "/query", "-out", folder + "/reply",
    ])
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/reply")))
  }

  @Test(
    "A token is for the bytes and the question that it answers, of the authority that signed it, and of nothing else")
  func tokens() throws {
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let data = Array("a cosigned note".utf8)
    let request = TimestampRequest.draw(for: data)
    let response = try answer(request)
    let token = try #require(TimestampToken(response: response))
    #expect(abs(token.time - Int64(Date().timeIntervalSince1970)) < 120)
    try token.check(request, authorities: authority)
    try token.check(.expected(for: data), authorities: authority)
    #expect(throws: TimestampToken.Fault.self) { try token.check(.draw(for: data), authorities: authority) }
    #expect(throws: TimestampToken.Fault.self) {
      try token.check(.expected(for: Array("another note".utf8)), authorities: authority)
    }
    #expect(throws: TimestampToken.Fault.self) { try token.check(request, authorities: folder + "/other.pem") }
    #expect(throws: TimestampToken.Fault.self) { try token.check(request, authorities: folder + "/tsa.cnf") }
    for cut in stride(from: 0, to: response.count, by: 97) {
      #expect(TimestampToken(response: Array(response[..<cut])) == nil)
    }
    // Seeded flips: none of a token's bytes may change, and none of them ends the program.
    var state: UInt64 = 11
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var changed = response
      changed[Int(state >> 33) % changed.count] ^= 1 << UInt8(state >> 60 & 7)
      guard let other = TimestampToken(response: changed) else { continue }
      do { try other.check(request, authorities: authority) } catch { continue }
      // What is not signed (a certificate that is not needed, a free text) may differ; what it says may not.
      #expect(other.time == token.time)
    }
  }

  @Test("A refusal is no token") func refusal() throws {
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let text = try String(contentsOfFile: folder + "/tsa.cnf", encoding: .utf8)
    try put("tsa.cnf", text.replacing("digests = sha256", with: "digests = sha512"))
    #expect(try TimestampToken(response: answer(.draw(for: [1, 2, 3]))) == nil)
  }
}
