import Foundation

/// An authority of a test, and certificates that it has signed; made by the installed `openssl`.
final class Certificates {
  struct Pair {
    var certificate: String
    var key: String
  }

  private let directory: URL
  let authority: Pair

  init(in directory: URL) throws {
    self.directory = directory
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    authority = Pair(
      certificate: directory.appendingPathComponent("ca.pem").path, key: directory.appendingPathComponent("ca.key").path
    )
    try Certificates.openssl([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=an authority of a test", "-keyout",
      authority.key, "-out", authority.certificate,
    ])
  }

  /// A certificate for a host name, signed by the authority.
  func pair(for host: String) throws -> Pair {
    let base = directory.appendingPathComponent(host).path
    let pair = Pair(certificate: base + ".pem", key: base + ".key")
    try Certificates.openssl([
      "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(host)", "-keyout", pair.key, "-out", base + ".csr",
    ])
    try "subjectAltName=DNS:\(host)\n".write(toFile: base + ".ext", atomically: true, encoding: .utf8)
    try Certificates.openssl([
      "x509", "-req", "-in", base + ".csr", "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial",
      "-days", "2", "-sha256", "-extfile", base + ".ext", "-out", pair.certificate,
    ])
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pair.key)
    return pair
  }

  private static func openssl(_ arguments: [String]) throws {
    let outcome = try Program.run("/usr/bin/openssl", arguments)
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
  }
}
