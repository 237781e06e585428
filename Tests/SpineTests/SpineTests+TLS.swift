import Foundation
import Journal
import SessionModel
import Testing

extension SpineTests {
  /// TLS and logins on both sides, with a target that asks each user differently.
  @Suite("TLS and logins") struct TLS {
    static let access = [
      "local all all trust", "host all postgres 127.0.0.1/32 scram-sha-256", "hostssl all secured all scram-sha-256",
      "hostnossl all secured all reject", "host all hashed all md5", "host all plain all password",
      "host all trusted all trust",
    ]

    struct Case: Sendable, CustomTestStringConvertible {
      var name: String
      var connection: TestConnection
      /// What the session says of its TLS; `nil` where it does not come to one.
      var isEncrypted: Bool?
      /// A part of what the client reads where it is refused.
      var refusal = ""

      var testDescription: String { name }
    }

    static func cases(_ own: Certificates, _ strange: Certificates) -> [Case] {
      let password = "a-password"
      func connection(
        _ name: String, _ user: String, _ tls: String, host: String = "127.0.0.1", authorities: String? = nil,
        secret: String? = password
      ) -> TestConnection {
        TestConnection(name: name, host: host, user: user, password: secret, tls: tls, authorities: authorities)
      }
      let trusted = own.authority.certificate
      return [
        Case(
          name: "SCRAM under TLS", connection: connection("require", "secured", "require"), isEncrypted: true),
        Case(name: "TLS where it is there", connection: connection("prefer", "secured", "prefer"), isEncrypted: true),
        Case(
          name: "the name and the authority fit",
          connection: connection("full", "secured", "verify-full", host: "localhost", authorities: trusted),
          isEncrypted: true),
        Case(
          name: "another name, which verify-ca does not mind",
          connection: connection("ca", "secured", "verify-ca", authorities: trusted), isEncrypted: true),
        Case(
          name: "another name, which verify-full minds",
          connection: connection("name", "secured", "verify-full", authorities: trusted), refusal: "not trusted"),
        Case(
          name: "another authority",
          connection: connection(
            "authority", "secured", "verify-ca", host: "localhost", authorities: strange.authority.certificate),
          refusal: "not trusted"),
        Case(
          name: "a target that wants TLS and does not get it", connection: connection("clear", "secured", "disable"),
          refusal: "refused the connection's own login"),
        Case(name: "MD5", connection: connection("md5", "hashed", "disable"), isEncrypted: false),
        Case(name: "a cleartext password", connection: connection("plain", "plain", "disable"), isEncrypted: false),
        Case(
          name: "no password asked", connection: connection("trust", "trusted", "disable", secret: nil),
          isEncrypted: false),
        Case(
          name: "a wrong password", connection: connection("wrong", "secured", "require", secret: "not-that-one"),
          refusal: "refused the connection's own login"),
        Case(
          name: "no password where one is asked", connection: connection("none", "hashed", "disable", secret: nil),
          refusal: "this connection has none"),
      ]
    }

    @Test("The gateway logs in as the target wants it, and refuses a target that it cannot trust")
    func targets() throws {
      let folder = URL(fileURLWithPath: "/tmp/steno-strange-\(UInt32.random(in: 0...UInt32.max))")
      defer { try? FileManager.default.removeItem(at: folder) }
      let strange = try Certificates(in: folder)
      var cases: [Case] = []
      let world = try World(rules: World.allowRule, access: TLS.access, tls: true) { own in
        cases = TLS.cases(try #require(own), strange)
        return cases.map(\.connection)
      }
      let users = """
        CREATE USER secured PASSWORD 'a-password'; CREATE USER plain PASSWORD 'a-password'; CREATE USER trusted;
        SET password_encryption = md5; CREATE USER hashed PASSWORD 'a-password';
        """
      #expect(try world.psql(world.direct, ["-c", users]).status == 0)
      for one in cases {
        let outcome = try world.psql(
          world.url(one.connection.name),
          ["-At", "-c", "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"])
        if let isEncrypted = one.isEncrypted {
          #expect(
            outcome.output == "\(one.connection.user)|\(isEncrypted ? "t" : "f")\n", "\(one.name): \(outcome.output)")
        } else {
          #expect(outcome.status == 2, "\(one.name)")
          #expect(outcome.output.contains(one.refusal), "\(one.name): \(outcome.output)")
        }
        #expect(!outcome.output.contains("not-that-one") && !outcome.output.contains("a-password"))
      }
      try world.stopAll()
      let report = try JournalVerifier(directory: world.store).verify()
      #expect(report.finding == nil)
      #expect(report.sessions == cases.count, "every attempt is on record")
    }

    @Test("Clients come in over TLS with channel binding, and are refused without TLS where it is required")
    func clients() throws {
      let world = try World(rules: World.allowRule, tls: true) { own in
        let own = try #require(own)
        return [TestConnection(tls: "require", listener: try own.pair(for: "localhost"))]
      }
      let authority = try #require(world.certificates).authority.certificate
      let cases: [(options: String, passes: Bool)] = [
        ("?sslmode=require&channel_binding=require", true),
        ("?sslmode=require&channel_binding=disable", true),
        ("?sslmode=verify-full&channel_binding=require&sslrootcert=\(authority)", true),
        ("?sslmode=disable", false),
        ("?sslmode=require&gssencmode=disable&ssl_min_protocol_version=TLSv1.3", true),
        ("?sslmode=require&ssl_max_protocol_version=TLSv1.2&channel_binding=require", true),
      ]
      for (options, passes) in cases {
        let outcome = try world.psql(world.url(host: "localhost", options: options), ["-At", "-c", "SELECT 'in'"])
        #expect((outcome.output == "in\n") == passes, "\(options): \(outcome.output)")
        if !passes { #expect(outcome.output.contains("over TLS only")) }
      }
      try world.stopAll()
      let methods = try world.starts().map { "\($0.authentication) \($0.clientTLS) \($0.targetTLS)" }
      #expect(
        methods == [
          "SCRAM-SHA-256-PLUS true true", "SCRAM-SHA-256 true true", "SCRAM-SHA-256-PLUS true true",
          "SCRAM-SHA-256-PLUS true true", "SCRAM-SHA-256-PLUS true true",
        ])
    }

    @Test("A cancel request reaches a target over TLS, from a client under TLS")
    func cancels() throws {
      let world = try World(rules: World.allowRule, access: TLS.access, tls: true) { own in
        let own = try #require(own)
        return [TestConnection(tls: "require", listener: try own.pair(for: "localhost"))]
      }
      let client = try Program(
        "/usr/bin/psql", [world.url(host: "localhost", options: "?sslmode=require"), "-X", "-c", "SELECT pg_sleep(60)"])
      try world.waitUntilAsked("SELECT pg_sleep(60)%")
      client.send(SIGINT)
      let outcome = try client.finish(seconds: 20)
      #expect(outcome.output.contains("canceling statement due to user request"), "\(outcome.output)")
    }
  }
}
