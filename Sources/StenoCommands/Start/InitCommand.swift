import ArgumentParser
import Configuration

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes a folder with a configuration, keys and an agent's token for each connection.",
    discussion: """
      The target's password goes into a file of mode 0600, never into the configuration. Existing files are never overwritten.

      Examples:
        steno init ~/steno --postgres orders=postgresql://agent_rw:secret@db.internal:5432/orders
        steno init ~/steno --postgres orders=postgresql://… --listen orders=127.0.0.1:7432
      """)

  @Argument(help: "The folder.") var directory: String
  @Option(help: ArgumentHelp("A PostgreSQL target; repeats.", valueName: "name=url")) var postgres: [NamedValue] = []
  @Option(help: ArgumentHelp("An HTTP target.", valueName: "name=url")) var http: [NamedValue] = []
  @Option(help: ArgumentHelp("An SSH target.", valueName: "name=url")) var ssh: [NamedValue] = []
  @Option(
    help: ArgumentHelp(
      "Where agents connect; default 127.0.0.1 and a free port from 6432 on.", valueName: "name=host:port"))
  var listen: [NamedValue] = []

  func run() async throws {
    try refuseUnavailable(http: http, ssh: ssh)
    var addresses: [String: HostPort] = [:]
    for item in listen {
      guard let address = HostPort(item.value) else {
        throw ValidationError("--listen \(item.name)=…: write HOST:PORT, for example 127.0.0.1:6432")
      }
      guard postgres.contains(where: { $0.name == item.name }) else {
        throw ValidationError(
          "--listen \(item.name)=…: there is no connection of that name; add --postgres \(item.name)=URL")
      }
      addresses[item.name] = address
    }
    var taken = Set(addresses.values.map(\.port))
    var connections: [Installation.NewConnection] = []
    for item in postgres {
      let url = try PostgresURL(item.value)
      let address = try addresses[item.name] ?? HostPort(host: "127.0.0.1", port: FreePort.from(6432, taken: taken))
      taken.insert(address.port)
      connections.append(
        .init(name: item.name, url: url, listen: address, agent: "\(item.name)-agent", onBehalfOf: nil))
    }
    let installation = Installation(directory)
    try await installation.create(connections)
    StandardOutput.line("wrote \(installation.file)")
    for connection in connections {
      StandardOutput.line("  connection \(connection.name) listens on \(connection.listen), agent \(connection.agent)")
    }
    StandardOutput.line("next: steno up \(directory)")
    if let first = connections.first { StandardOutput.line("then: psql \"$(steno url \(directory) \(first.name))\"") }
  }
}

func refuseUnavailable(http: [NamedValue], ssh: [NamedValue]) throws {
  if !http.isEmpty { throw CommandFailure("HTTP connections are not available yet; leave --http out") }
  if !ssh.isEmpty { throw CommandFailure("SSH connections are not available yet; leave --ssh out") }
}
