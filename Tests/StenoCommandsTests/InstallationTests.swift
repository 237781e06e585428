import Configuration
import Foundation
import Signatures
import Testing

@testable import StenoCommands

@Suite struct InstallationTests {
  @Test("What init writes is read back, with secrets apart and private")
  func create() async throws {
    try await inFolder { folder in
      let installation = Installation(folder)
      try await installation.create([try connection("orders")])
      let read = try installation.load()
      #expect(read.connections.first?.name == "orders")
      #expect(read.agents.first?.connections == ["orders"])
      #expect(read.approvers.count == 1)
      let text = try String(contentsOfFile: installation.file, encoding: .utf8)
      #expect(!text.contains("s3cr:et"))
      #expect(try read.connections.first?.upstreamPassword() == "s3cr:et")
      for path in [installation.secret(of: "orders"), installation.token(of: "orders-agent"), installation.file] {
        #expect(mode(path) == 0o600)
      }
      #expect(mode(folder) == 0o700)
      #expect(read.problems(for: .gateway).isEmpty)
    }
  }

  @Test("init never overwrites a file, and says which is in its way")
  func neverOverwrites() async throws {
    try await inFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
      let path = Installation(folder).token(of: "orders-agent")
      try "mine".write(toFile: path, atomically: false, encoding: .utf8)
      await #expect { try await Installation(folder).create([try connection("orders")]) } throws: { error in
        (error as? CommandFailure)?.status == 2 && "\(error)".contains(path)
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
      #expect(!FileManager.default.fileExists(atPath: folder + "/steno.toml"))
    }
  }

  @Test("Adding and revoking leaves comments and everything else as they were")
  func edits() async throws {
    try await inFolder { folder in
      let installation = Installation(folder)
      try await installation.create([try connection("orders")])
      let before = try String(contentsOfFile: installation.file, encoding: .utf8)
      let token = try installation.addAgent("second", onBehalfOf: "o'ps \"x\"", connections: ["orders"])
      #expect(try installation.load().agents.map(\.name) == ["orders-agent", "second"])
      #expect(try installation.load().agents.last?.onBehalfOf == "o'ps \"x\"")
      let url = try AgentURL.parts(of: installation, connection: "orders", agent: "second")
      #expect(try PostgresURL(url.url).password == token.text)
      try installation.remove("agent", named: "second")
      #expect(
        try String(contentsOfFile: installation.file, encoding: .utf8).filter { $0 != "\n" }
          == before.filter { $0 != "\n" })
      #expect(throws: CommandFailure.self) { try installation.remove("agent", named: "second") }
    }
  }

  @Test("A block goes with its own comments and sub-tables, and leaves its neighbours'")
  func removing() {
    let text =
      "# top\n[recorder]\nx = 1\n\n# about a\n[[agent]]\nname = \"a\"\n[agent.more]\ny = 1\n\n# about b\n[[agent]]\nname = 'b'\n"
    #expect(
      ConfigurationText.removing("agent", named: "a", from: text)
        == "# top\n[recorder]\nx = 1\n\n# about b\n[[agent]]\nname = 'b'\n")
    #expect(ConfigurationText.removing("agent", named: "c", from: text) == nil)
  }

  @Test("A token's verifier proves the token and does not hold it")
  func token() throws {
    let token = AgentToken.generate()
    #expect(token.text.hasPrefix("stn_") && token.text.utf8.count == 47)
    #expect(!token.verifier.contains(token.text))
    let verifier = try #require(TokenScheme.verifier(token.verifier))
    let read = try #require(ScramVerifier(verifier))
    #expect(ScramVerifier(secret: token.text, salt: read.salt, iterations: read.iterations) == read)
    #expect(AgentToken.generate().text != token.text)
  }

  private func connection(_ name: String) throws -> Installation.NewConnection {
    .init(
      name: name, url: try PostgresURL("postgresql://agent_rw:s3cr%3Aet@127.0.0.1:5432/orders"),
      listen: HostPort(host: "127.0.0.1", port: 6432), agent: "\(name)-agent", onBehalfOf: nil)
  }

  private func mode(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
  }

  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/steno-test-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }
}
