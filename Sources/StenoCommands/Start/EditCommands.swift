import ArgumentParser
import Configuration
import Foundation
import Signatures

struct ConnectionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connection", abstract: "Adds connections.", subcommands: [Add.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Adds a connection and an agent's token for it; comments in the file stay.",
      discussion: """
        Example:
          steno connection add ~/steno ledger postgresql://agent_ro:secret@db.internal/ledger?sslmode=verify-full
        """)

    @Argument(help: "The folder that steno init made.") var directory: String
    @Argument(help: "The connection's name.") var name: String
    @Argument(help: "The target, as a postgresql:// URL.") var url: String
    @Option(help: "Where agents connect, as HOST:PORT.") var listen: String?

    func run() async throws {
      for scheme in ["http", "https", "ssh"] where url.lowercased().hasPrefix("\(scheme)://") {
        throw CommandFailure("\(scheme) connections are not available yet; only postgresql:// is")
      }
      let installation = Installation(directory)
      let configuration = try installation.load()
      var address: HostPort
      if let listen {
        guard let given = HostPort(listen) else { throw ValidationError("--listen: write HOST:PORT") }
        address = given
      } else {
        let taken = Set(configuration.connections.map(\.listenPort))
        address = HostPort(host: "127.0.0.1", port: try FreePort.from(6432, taken: taken))
      }
      let agent = "\(name)-agent"
      let makesAgent = !configuration.agents.contains { $0.name == agent }
      try installation.add(
        .init(name: name, url: try PostgresURL(url), listen: address, agent: agent, onBehalfOf: nil),
        makesAgent: makesAgent)
      StandardOutput.line("connection \(name) listens on \(address) once `steno up` is restarted; agent \(agent)")
    }
  }
}

struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Adds and revokes agents.", subcommands: [Add.self, Revoke.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Makes a token; its verifier goes into the configuration.",
      discussion: """
        Example:
          steno agent add ~/steno billing-fixer --for finance --connection orders
        """)

    @Argument(help: "The folder that steno init made.") var directory: String
    @Argument(help: "The agent's name.") var name: String
    @Option(name: .customLong("for"), help: "On whose behalf it works.") var onBehalfOf: String?
    @Option(help: "A connection that it may use; repeats; all without one.") var connection: [String] = []

    func run() async throws {
      let installation = Installation(directory)
      guard Installation.isName(name) else {
        throw ValidationError("names have up to 63 letters, digits, dots, dashes and underscores")
      }
      _ = try installation.addAgent(name, onBehalfOf: onBehalfOf, connections: connection)
      StandardOutput.line("token in \(installation.token(of: name)); restart `steno up` to let it in")
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Takes an agent out of the configuration, and removes its token's file.",
      discussion: """
        Example:
          steno agent revoke ~/steno billing-fixer
        """)

    @Argument(help: "The folder that steno init made.") var directory: String
    @Argument(help: "The agent's name.") var name: String

    func run() async throws {
      let installation = Installation(directory)
      try installation.remove("agent", named: name)
      try? FileManager.default.removeItem(atPath: installation.token(of: name))
      StandardOutput.line("agent \(name) is revoked; restart `steno up` to shut it out")
    }
  }
}

struct ApproverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approver", abstract: "Enrols and revokes approvers.", subcommands: [Enrol.self, Revoke.self])

  struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "enrol", abstract: "Adds an approver, known by the local user and a public key.",
      discussion: """
        Example:
          steno approver enrol ~/steno dba-on-call --key ~alice/.ssh/id_ed25519.pub
          steno approver enrol ~/steno night-shift --user bob --key bob.pub
        """)

    @Argument(help: "The folder that steno init made.") var directory: String
    @Argument(help: "The approver's name.") var name: String
    @Option(help: "The local user.") var user: String?
    @Option(help: "A .pub file of an OpenSSH key.") var key: String?

    func validate() throws {
      if user == nil, key == nil { throw ValidationError("name a --user, a --key or both") }
    }

    func run() async throws {
      var line: String?
      if let key {
        guard let data = FileManager.default.contents(atPath: key), data.count < 16_384,
          let first = String(decoding: data, as: UTF8.self).split(separator: "\n").first,
          SSHPublicKey(line: String(first)) != nil
        else { throw CommandFailure("\(key) is no OpenSSH public key (ed25519, ecdsa, rsa); name the .pub file") }
        line = String(first)
      }
      try Installation(directory).addApprover(name, user: user, key: line)
      StandardOutput.line("approver \(name) is enrolled; restart `steno up` to let decisions count")
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Takes an approver out of the configuration.",
      discussion: """
        Example:
          steno approver revoke ~/steno dba-on-call
        """)

    @Argument(help: "The folder that steno init made.") var directory: String
    @Argument(help: "The approver's name.") var name: String

    func run() async throws {
      try Installation(directory).remove("approver", named: name)
      StandardOutput.line("approver \(name) is revoked; restart `steno up` to shut them out")
    }
  }
}
