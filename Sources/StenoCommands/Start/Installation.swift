import Configuration
import Foundation
import Glibc
import Journal
import Signatures

/// A folder that `steno init` makes: configuration, secrets, keys and tokens.
struct Installation {
  let directory: String
  var file: String { "\(directory)/steno.toml" }

  init(_ directory: String) {
    self.directory = StenoConfiguration.absolute(directory, in: FileManager.default.currentDirectoryPath)
  }

  struct NewConnection: Sendable {
    var name: String
    var url: PostgresURL
    var listen: HostPort
    var agent: String
    var onBehalfOf: String?
  }

  func token(of agent: String) -> String { "\(directory)/tokens/\(agent)" }
  func secret(of connection: String) -> String { "\(directory)/secrets/\(connection)" }
  var approverKey: String { Installation.approverKey(in: directory) }

  /// The first approver's private key, beside the configuration.
  static func approverKey(in directory: String) -> String { "\(directory)/approver.key" }

  func load() throws -> StenoConfiguration {
    try StenoConfiguration.load(path: file)
  }

  /// Makes the folder and everything in it. Nothing is written where any of the files exists.
  func create(_ connections: [NewConnection]) async throws {
    let user = LocalUser.name(getuid())
    let approver = user.flatMap { Installation.isName($0) ? $0 : nil } ?? "approver"
    let logKey = LogKey(store: directory + "/store")
    var files = [file, approverKey, approverKey + ".pub", logKey.path, logKey.verifierPath]
    files += connections.map { token(of: $0.agent) } + connections.map { secret(of: $0.name) }
    if let existing = files.first(where: NewFile.exists) {
      throw CommandFailure("\(existing) exists and is not overwritten; take another folder, or remove it yourself")
    }
    let tokens = connections.map { _ in AgentToken.generate() }
    let origin = "\(Installation.hostName())/steno"
    var text = ConfigurationText.opening(origin: origin)
    for (connection, token) in zip(connections, tokens) {
      text += ConfigurationText.agent(
        name: connection.agent, verifier: token.verifier, onBehalfOf: connection.onBehalfOf,
        connections: [connection.name])
    }
    let middle = try connections.map(block).joined()
    let head = text
    func whole(_ key: String?) -> String {
      head + ConfigurationText.approver(name: approver, user: user ?? String(getuid()), key: key) + middle
        + ConfigurationText.rule()
    }
    // What is wrong is said before anything is written.
    _ = try StenoConfiguration.parse(whole(nil), file: file)
    for folder in ["", "/secrets", "/tokens", "/run", "/store"] { try NewFile.directory(directory + folder) }
    chmod(directory, 0o700)
    let key = try makeKey(approver)
    _ = try StenoConfiguration.parse(whole(key), file: file)
    for (connection, token) in zip(connections, tokens) { try writeSecrets(connection, token) }
    do { _ = try logKey.create(origin: origin) } catch { throw CommandFailure("cannot make the log's key: \(error)") }
    try NewFile.write(whole(key), to: file, mode: 0o600)
  }

  /// Adds a connection and an agent for it.
  func add(_ connection: NewConnection, makesAgent: Bool) throws {
    let token = AgentToken.generate()
    var text = try block(connection)
    if makesAgent {
      text += ConfigurationText.agent(
        name: connection.agent, verifier: token.verifier, onBehalfOf: connection.onBehalfOf,
        connections: [connection.name])
    }
    let old = try read()
    try check(appending(text, to: old))
    for path in (makesAgent ? [self.token(of: connection.agent)] : []) + [secret(of: connection.name)]
    where NewFile.exists(path) {
      throw CommandFailure("\(path) exists and is not overwritten; remove it yourself, or take another name")
    }
    try writeSecrets(connection, makesAgent ? token : nil)
    try NewFile.replace(file, with: appending(text, to: old))
  }

  func addAgent(_ name: String, onBehalfOf: String?, connections: [String]) throws -> AgentToken {
    let token = AgentToken.generate()
    let text = appending(
      ConfigurationText.agent(name: name, verifier: token.verifier, onBehalfOf: onBehalfOf, connections: connections),
      to: try read())
    try check(text)
    try NewFile.directory("\(directory)/tokens")
    try NewFile.write(token.text + "\n", to: self.token(of: name), mode: 0o600)
    try NewFile.replace(file, with: text)
    return token
  }

  func addApprover(_ name: String, user: String?, key: String?) throws {
    let text = appending(ConfigurationText.approver(name: name, user: user, key: key), to: try read())
    try check(text)
    try NewFile.replace(file, with: text)
  }

  func remove(_ section: String, named name: String) throws {
    guard let text = ConfigurationText.removing(section, named: name, from: try read()) else {
      throw CommandFailure("\(file) has no [[\(section)]] with the name \(Shown.line(name, limit: 80))", status: 1)
    }
    try check(text)
    try NewFile.replace(file, with: text)
  }

  private func block(_ connection: NewConnection) throws -> String {
    ConfigurationText.connection(
      name: connection.name, listen: connection.listen, url: connection.url,
      passwordFile: connection.url.password.map { _ in "secrets/\(connection.name)" }, tls: try connection.url.tls())
  }

  private func writeSecrets(_ connection: NewConnection, _ token: AgentToken?) throws {
    for folder in ["/secrets", "/tokens"] { try NewFile.directory(directory + folder) }
    if let password = connection.url.password {
      guard !password.contains(where: \.isNewline) else {
        throw CommandFailure("the target's password has a line end, which its file cannot hold; change the password")
      }
      try NewFile.write(password + "\n", to: secret(of: connection.name), mode: 0o600)
    }
    if let token { try NewFile.write(token.text + "\n", to: self.token(of: connection.agent), mode: 0o600) }
  }

  /// Makes the first approver's key pair; its public line.
  private func makeKey(_ name: String) throws -> String {
    let pair = SSHPrivateKey()
    let line = "\(pair.publicKey.line) \(name)"
    try NewFile.write(pair.file(comment: name), to: approverKey, mode: 0o600)
    try NewFile.write(line + "\n", to: approverKey + ".pub", mode: 0o644)
    return line
  }

  private func read() throws -> String {
    guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure("cannot read \(file); `steno init \(directory)` makes one")
    }
    return text
  }

  private func appending(_ block: String, to text: String) -> String {
    (text.hasSuffix("\n") || text.isEmpty ? text : text + "\n") + block
  }

  private func check(_ text: String) throws {
    _ = try StenoConfiguration.parse(text, file: file)
  }

  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 63 && text != "." && text != ".."
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }

  private static func hostName() -> String {
    let name = ProcessInfo.processInfo.hostName
    return isName(name) ? name : "localhost"
  }
}
