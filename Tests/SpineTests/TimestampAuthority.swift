import Foundation

/// A timestamp authority for a test: `openssl ts` behind a small HTTP server of Python's.
final class TimestampAuthority {
  let directory: URL
  let port: Int
  let authority: String
  private let server: Program

  var url: String { "http://127.0.0.1:\(port)/tsa" }

  init() throws {
    directory = URL(fileURLWithPath: "/tmp/steno-tsa-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let folder = directory.path
    authority = folder + "/ca.pem"
    port = try FreePort.find()
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try TimestampAuthority.openssl(
      ["req", "-x509"] + newKey + [
        "-days", "2", "-subj", "/CN=a root of a test", "-keyout", folder + "/ca.key", "-out", authority,
      ])
    try TimestampAuthority.openssl(
      ["req"] + newKey + ["-subj", "/CN=tsa.test", "-keyout", folder + "/tsa.key", "-out", folder + "/tsa.csr"])
    try "extendedKeyUsage=critical,timeStamping\n".write(
      toFile: folder + "/tsa.ext", atomically: true, encoding: .utf8)
    try TimestampAuthority.openssl([
      "x509", "-req", "-in", folder + "/tsa.csr", "-CA", authority, "-CAkey", folder + "/ca.key", "-CAcreateserial",
      "-days", "2", "-extfile", folder + "/tsa.ext", "-out", folder + "/tsa.pem",
    ])
    try """
    [tsa]
    default_tsa = tsa1
    [tsa1]
    serial = \(folder)/serial
    signer_cert = \(folder)/tsa.pem
    signer_key = \(folder)/tsa.key
    signer_digest = sha256
    default_policy = 1.2.3.4.1
    digests = sha256
    """.write(toFile: folder + "/tsa.cnf", atomically: true, encoding: .utf8)
    try "01\n".write(toFile: folder + "/serial", atomically: true, encoding: .utf8)
    let program = """
      import http.server, subprocess, sys
      folder = sys.argv[2]
      class Authority(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
          body = self.rfile.read(int(self.headers["Content-Length"]))
          assert self.headers["Content-Type"] == "application/timestamp-query" and self.path == "/tsa"
          open(folder + "/query", "wb").write(body)
          subprocess.check_call(["openssl", "ts", "-reply", "-config", folder + "/tsa.cnf", "-queryfile", folder + "/query", "-out", folder + "/reply"])
          reply = open(folder + "/reply", "rb").read()
          self.send_response(200)
          self.send_header("Content-Type", "application/timestamp-reply")
          self.send_header("Content-Length", str(len(reply)))
          self.end_headers()
          self.wfile.write(reply)
          print("stamped", flush=True)
        def log_message(self, *arguments): pass
      server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Authority)
      print("listening", flush=True)
      server.serve_forever()
      """
    server = try Program("/usr/bin/python3", ["-c", program, "\(port)", folder])
    try server.wait(for: "listening")
  }

  deinit {
    server.send(SIGKILL)
    try? FileManager.default.removeItem(at: directory)
  }

  /// Waits for its first token.
  func waitForToken() throws { try server.wait(for: "stamped", seconds: 30) }

  private static func openssl(_ arguments: [String]) throws {
    let outcome = try Program.run("/usr/bin/openssl", arguments)
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
  }
}
