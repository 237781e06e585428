import Foundation
import TestSupport
import Testing

/// The whole way of a timestamp: authority, recorder, store, bundle, and openssl as the one who checks it.
@Suite(
  "A timestamp authority", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct TimestampTests {
  @Test("Its tokens are in store and bundle, checked by steno and by openssl, and what it has not signed is refused")
  func tokens() throws {
    let authority = try TimestampAuthority()
    let other = try LineCertificates(in: authority.directory.appendingPathComponent("other")).authority.certificate
    let world = try World(
      rules: World.allowRule + "\n\n[tsa]\nurl = \"\(authority.url)\"\nca_file = \"\(authority.authority)\"")
    func steno(_ words: [String]) throws -> Program.Outcome {
      try Program.run(Built.path("steno"), words + ["--config", world.configuration])
    }
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 'stamped'"]).status == 0)
    try authority.waitForToken()
    // Ends the session's recording and has a last token made for it.
    try world.stopAll()
    let vkey = world.directory.path + "/log.vkey"
    try FileManager.default.copyItem(atPath: world.store + "/log.vkey", toPath: vkey)
    let checked = try steno(["verify", "--json"])
    #expect(checked.output.contains("\"timestamp_checked\":true"), "\(checked.output)")
    let alone = try Program.run(Built.path("steno"), ["verify", "--store", world.store, "--tsa-ca", other])
    #expect(alone.status == 1 && alone.output.contains("timestamp token"), "\(alone.output)")

    try world.startRecorder()
    let session = try steno(["sessions", "--json"]).output
    let id = try #require(session.firstMatch(of: /"id":"(s-[0-9a-f]+)"/)?.1)
    let bundle = world.directory.path + "/bundle.tar"
    let exported = try steno(["export", String(id), "--format", "bundle", "-o", bundle])
    #expect(exported.status == 0, "\(exported.output)")
    for (ca, status) in [(authority.authority, 0), (other, 1)] as [(String, Int32)] {
      let own = try Program.run(
        Built.path("steno"), ["verify", "--bundle", bundle, "--vkey", vkey, "--tsa-ca", ca, "--json"])
      #expect(own.status == status, "\(own.output)")
    }
    let folder = world.directory.path + "/unpacked"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    #expect(try Program.run("/bin/tar", ["-xf", bundle, "-C", folder]).status == 0)
    func shell(_ ca: [String]) throws -> Program.Outcome {
      try Program.run("/bin/sh", [folder + "/verify.sh", vkey] + ca)
    }
    let intact = try shell([authority.authority])
    #expect(intact.status == 0 && intact.output.contains("timestamped "), "\(intact.output)")
    #expect(try shell([other]).output.contains("the timestamp token does not verify"))
    #expect(try shell([authority.authority, "1000000000"]).status == 1)
    #expect(try shell([]).output.contains("timestamp not checked"))
    // A token that is another's, or cut.
    try Data("no token".utf8).write(to: URL(fileURLWithPath: folder + "/checkpoint.tsr"))
    #expect(try shell([authority.authority]).status == 1)
  }
}
