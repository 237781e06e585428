import Configuration
import Foundation
import Glibc
import QueryProtocol
import RecorderClient
import SessionModel
import Signatures

/// Signs decisions with the caller's own key, and sends them.
///
/// The key is the file named; else the one that `steno init` made beside the configuration; else the key in ssh-agent that an approver of
/// the configuration is enrolled with. Without any of them a decision goes unsigned, which counts in a trial alone and only for approvers
/// without a key: the recorder and the gateway say so, not this.
struct DecisionSigner: Sendable {
  private let approvers: [ApproverKey]
  private let file: String?
  /// Whether ssh-keygen may ask for a passphrase on the terminal.
  private let mayAsk: Bool

  /// - Parameter keyFile: A private key, or a public one whose private half ssh-agent has.
  init(_ configuration: StenoConfiguration, keyFile: String? = nil, mayAsk: Bool = false) {
    approvers = configuration.approvers.map {
      ApproverKey(name: $0.name, key: $0.key.flatMap(SSHPublicKey.init(line:)))
    }
    let own = Installation.approverKey(in: configuration.directory)
    file = keyFile ?? (access(own, R_OK) == 0 ? own : nil)
    self.mayAsk = mayAsk
  }

  /// Signs nothing: there is nothing to decide in a copy.
  init() {
    approvers = []
    file = nil
    mayAsk = false
  }

  /// Decides a request, signed where there is a key.
  /// - Throws: `QueryFailure` when the recorder says no, `CommandFailure` when it cannot be signed.
  /// - Parameter grant: Leave to run the same request again; it needs a signature.
  func decide(
    _ client: RecorderClient, _ id: String, approve: Bool, reason: String, grant: ApprovalGrant? = nil,
    breaksGlass: Bool = false
  ) async throws -> ApprovalView {
    // What waits no longer is the recorder's to refuse.
    let waiting = try await client.approvals(all: false).first { $0.id == id.lowercased() }
    let signed = try waiting.flatMap {
      try sign(
        $0, approve: approve, reason: reason, grant: grant, origin: client.welcome.origin,
        caller: client.welcome.caller, breaksGlass: breaksGlass)
    }
    if breaksGlass, waiting != nil, signed == nil {
      throw CommandFailure(
        "to break the glass needs a signature, and there is no key: --key FILE, or ssh-agent", status: 4)
    }
    if grant != nil, waiting != nil, signed == nil {
      throw CommandFailure("a grant needs a signature, and there is no key: --key FILE, or ssh-agent", status: 4)
    }
    let verb = QueryRequest.Verb.decide(approval: id, approve: approve, reason: reason, signed: signed)
    guard case .decided(let view) = try await client.request(verb) else { throw CommandFailure.unexpectedAnswer }
    return view
  }

  /// Lets those decide at once whom the request's rule would ask later.
  func escalate(_ client: RecorderClient, _ id: String, reason: String) async throws -> ApprovalView {
    let waiting = try await client.approvals(all: false).first { $0.id == id.lowercased() }
    let signed = try waiting.flatMap {
      try sign(
        $0, approve: false, reason: reason, grant: nil, origin: client.welcome.origin, caller: client.welcome.caller,
        escalates: true)
    }
    let verb = QueryRequest.Verb.escalate(approval: id, reason: reason, signed: signed)
    guard case .decided(let view) = try await client.request(verb) else { throw CommandFailure.unexpectedAnswer }
    return view
  }

  /// - Parameters:
  ///   - origin: The log's name, as the recorder says it: a wrong one is a decision that does not count.
  ///   - caller: Whom the recorder takes the caller for; under this name a key signs that no approver is enrolled with.
  func sign(
    _ approval: ApprovalView, approve: Bool, reason: String, grant: ApprovalGrant?, origin: String, caller: String,
    breaksGlass: Bool = false, escalates: Bool = false
  ) throws -> SignedDecision? {
    guard let (key, sign) = try key() else { return nil }
    let statement = ApprovalStatement(
      origin: origin, session: approval.session, request: approval.leaf, approves: approve,
      approver: approvers.first { $0.key == key }?.name ?? caller, reason: reason, expires: approval.expires,
      nonce: approval.nonce, grant: grant, breaksGlass: breaksGlass, escalates: escalates
    ).text
    return SignedDecision(statement: statement, signature: try sign(Array(statement.utf8)).armoured)
  }

  private typealias Sign = ([UInt8]) throws -> SSHSignature

  private func key() throws -> (SSHPublicKey, Sign)? {
    let namespace = ApprovalStatement.namespace
    guard let file else {
      guard let agent = SSHAgent.fromEnvironment() else { return nil }
      // An agent that is gone is no reason to refuse an approver who needs no key.
      let keys = (try? agent.keys()) ?? []
      guard let key = keys.first(where: { key in approvers.contains { $0.key == key } }) else { return nil }
      return (key, { try agent.sign($0, namespace: namespace, with: key) })
    }
    let text = try read(file)
    if text.contains("PRIVATE KEY") { try Self.checkMode(file) }
    if let key = Self.firstLine(text).flatMap(SSHPublicKey.init(line:)) {
      guard let agent = SSHAgent.fromEnvironment() else {
        throw CommandFailure("\(file) is a public key, and there is no ssh-agent; name the private key's file")
      }
      return (key, { try agent.sign($0, namespace: namespace, with: key) })
    }
    do throws(SSHPrivateKey.Fault) {
      let pair = try SSHPrivateKey(file: text)
      return (
        pair.publicKey,
        {
          guard let signature = pair.sign($0, namespace: namespace) else {
            throw CommandFailure("OpenSSL has no Ed25519; repair its installation")
          }
          return signature
        }
      )
    } catch {
      switch error {
      case .malformed:
        throw CommandFailure("\(file) is no OpenSSH private key; name one, or the .pub of a key in ssh-agent")
      case .hasPassphrase, .otherType: return try foreign(file)
      }
    }
  }

  /// A key that ssh-agent or ssh-keygen signs with.
  private func foreign(_ file: String) throws -> (SSHPublicKey, Sign) {
    let namespace = ApprovalStatement.namespace
    guard let line = Self.firstLine(try read(file + ".pub")), let key = SSHPublicKey(line: line) else {
      throw CommandFailure("\(file).pub is no OpenSSH public key; `ssh-keygen -y -f \(file)` prints it")
    }
    if let agent = SSHAgent.fromEnvironment(), (try? agent.keys().contains(key)) == true {
      return (key, { try agent.sign($0, namespace: namespace, with: key) })
    }
    guard mayAsk else {
      throw CommandFailure("\(file) needs its passphrase; `ssh-add \(file)` first, so that ssh-agent signs with it")
    }
    return (key, { try SSHKeygen.sign($0, namespace: namespace, keyFile: file) })
  }

  private func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path), data.count <= SSHPrivateKey.limit else {
      throw CommandFailure("\(path) cannot be read, or is no key; name a key's file with --key")
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func checkMode(_ file: String) throws {
    // A key that others read is theirs as well, and no longer says who decided.
    var status = stat()
    guard stat(file, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw CommandFailure("others may read \(file); chmod 0600 it, and make a new key if someone may have")
    }
  }

  private static func firstLine(_ text: String) -> String? {
    text.split(whereSeparator: \.isNewline).first.map(String.init)
  }
}
