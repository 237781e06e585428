import Foundation

/// Certificates for both ends of the line between gateway and recorder; made by the installed `openssl`.
final class LineCertificates {
  typealias Pair = Certificates.Pair

  let directory: URL
  let authority: Pair

  init(in directory: URL, named name: String = "lines") throws {
    self.directory = directory
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let base = directory.appendingPathComponent("ca-\(name)").path
    authority = Pair(certificate: base + ".pem", key: base + ".key")
    try LineCertificates.openssl(
      ["req", "-x509"] + LineCertificates.newKey + [
        "-days", "2", "-subj", "/CN=authority \(name)", "-keyout", authority.key, "-out", authority.certificate,
      ])
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

  /// A certificate that the authority has signed.
  /// - Parameters:
  ///   - days: How long it is good for; less than nothing for one that has expired.
  ///   - usage: `clientAuth`, `serverAuth` or both.
  func pair(for host: String, days: Int = 2, usage: String = "clientAuth,serverAuth", file: String? = nil) throws
    -> Pair
  {
    let base = directory.appendingPathComponent(file ?? host).path
    let pair = Pair(certificate: base + ".pem", key: base + ".key")
    try LineCertificates.openssl(
      ["req"] + LineCertificates.newKey + ["-subj", "/CN=\(host)", "-keyout", pair.key, "-out", base + ".csr"])
    try "subjectAltName=DNS:\(host)\nextendedKeyUsage=\(usage)\n".write(
      toFile: base + ".ext", atomically: true, encoding: .utf8)
    try LineCertificates.openssl([
      "x509", "-req", "-in", base + ".csr", "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial",
      "-days", "\(days)", "-sha256", "-extfile", base + ".ext", "-out", pair.certificate,
    ])
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pair.key)
    return pair
  }

  /// The fingerprint of a certificate's key, as `[[gateway]] certificate` names it, by openssl alone.
  func fingerprint(_ pair: Pair) throws -> String {
    let made = try Program.run(
      "/bin/sh",
      [
        "-c",
        "openssl x509 -in \(pair.certificate) -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -r",
      ])
    return "spki-sha256:" + made.output.prefix(64)
  }

  private static func openssl(_ arguments: [String]) throws {
    let outcome = try Program.run("/usr/bin/openssl", arguments)
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
  }
}
