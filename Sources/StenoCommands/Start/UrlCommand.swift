import ArgumentParser
import Configuration
import Foundation

struct UrlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "url", abstract: "Prints what an agent is given to connect with, its token included.",
    discussion: """
      Examples:
        psql "$(steno url ~/steno orders)"
        steno url ~/steno orders --agent billing-fixer --json
      """)

  @Argument(help: "The folder that steno init made.") var directory: String
  @Argument(help: "The connection.") var name: String
  @Option(help: "The agent; default: the first that may use the connection and whose token is here.") var agent: String?
  @Flag(help: "The parts, as one JSON object.") var json = false

  func run() async throws {
    let parts = try AgentURL.parts(of: Installation(directory), connection: name, agent: agent)
    if json { try StandardOutput.json(parts) } else { StandardOutput.line(parts.url) }
  }
}

/// What an agent connects with.
struct AgentURL: Encodable, Sendable {
  var url: String
  var proto: String
  var host: String
  var port: Int
  var database: String
  var agent: String
  var token: String
  var sslmode: String?

  enum CodingKeys: String, CodingKey {
    case url
    case proto = "protocol"
    case host, port, database, agent, token, sslmode
  }

  static func parts(of installation: Installation, connection name: String, agent wanted: String?) throws -> AgentURL {
    let configuration = try installation.load()
    guard let connection = configuration.connections.first(where: { $0.name == name }) else {
      let known = configuration.connections.map(\.name).joined(separator: ", ")
      throw CommandFailure(
        "no connection \(Shown.line(name, limit: 80)) in \(installation.file); it has: \(known)", status: 1)
    }
    let allowed = configuration.agents.filter { $0.connections.isEmpty || $0.connections.contains(name) }
    // An agent of this connection alone comes before one of all.
    let ordered = allowed.filter { $0.connections == [name] } + allowed.filter { $0.connections != [name] }
    let candidates = wanted.map { wanted in ordered.filter { $0.name == wanted } } ?? ordered
    guard !candidates.isEmpty else {
      let who = wanted.map { "agent \(Shown.line($0, limit: 80)) may not" } ?? "no agent may"
      throw CommandFailure(
        "\(who) use \(name); steno agent add \(installation.directory) AGENT --connection \(name)", status: 1)
    }
    for agent in candidates {
      guard let data = FileManager.default.contents(atPath: installation.token(of: agent.name)) else { continue }
      let token = String(decoding: data, as: UTF8.self).filter { !$0.isNewline }
      // Listening on every address is reached through this machine's own.
      let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][connection.listenHost] ?? connection.listenHost
      let mode = connection.tls.map { $0.required ? "require" : "prefer" }
      let url = PostgresURL(
        user: agent.name, password: token, host: host, port: connection.listenPort,
        database: connection.upstream.database, parameters: mode.map { [.init(name: "sslmode", value: $0)] } ?? [])
      return AgentURL(
        url: url.text, proto: connection.proto, host: host, port: connection.listenPort,
        database: connection.upstream.database, agent: agent.name, token: token, sslmode: mode)
    }
    throw CommandFailure(
      "the token of \(candidates[0].name) is not at \(installation.token(of: candidates[0].name)); revoke the agent and add it anew"
    )
  }
}
