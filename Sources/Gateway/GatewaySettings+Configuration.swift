import Configuration
import Foundation
import MutualTLS
import Policy
import ProxyCore
import Signatures

extension GatewaySettings {
  /// What `steno.toml` says of one gateway.
  ///
  /// - Parameter name: Which of the file's gateways this is; the first when nil.
  /// - Throws: `ConfigurationErrors` for what keeps a gateway from starting.
  package init(_ configuration: StenoConfiguration, name: String? = nil) throws {
    let errors = configuration.problems(for: .gateway).filter { $0.severity == .error }
    guard errors.isEmpty else { throw ConfigurationErrors(file: configuration.file, problems: errors) }
    guard
      let gateway = name == nil
        ? configuration.gateways.first : configuration.gateways.first(where: { $0.name == name })
    else {
      throw ConfigurationErrors(
        file: configuration.file, problems: [.init(path: "gateway", message: "none has the name that was asked for")])
    }
    let broken = configuration.linkProblems(of: gateway).filter { $0.severity == .error }
    guard broken.isEmpty else { throw ConfigurationErrors(file: configuration.file, problems: broken) }
    let agents = configuration.agents.map { agent in
      ConnectionSettings.AgentEntry(
        name: agent.name, verifier: agent.verifier, onBehalfOf: agent.onBehalfOf, connections: agent.connections)
    }
    var keys: [String: MaskKey] = [:]
    for mask in configuration.masks { keys[mask.name] = try mask.key() ?? .random() }
    self.init(
      name: gateway.name, ingest: configuration.recorder.ingest,
      connections: try configuration.connections.map { section in
        var connection = try Connection(section)
        connection.readLogin = try section.upstream.read.map { try TargetLogin($0) }
        if section.sealsOriginals { connection.investigators = try configuration.investigators() }
        connection.explainLogin = try section.upstream.explain.map { try TargetLogin($0) }
        let isMasked = configuration.masks.contains { $0.applies(to: section.name) }
        connection.masks = MaskSet(
          configuration.masks, connection: section.name, keys: keys,
          discovers: section.discovers ?? (isMasked ? .telling : []))
        return connection
      },
      agents: Dictionary(agents.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
      rules: RuleSet.make(configuration.rules, programs: configuration.programs), origin: configuration.recorder.origin,
      approvers: configuration.approvers.map { approver in
        ApproverKey(
          name: approver.name, key: approver.key.flatMap(SSHPublicKey.init(line:)),
          user: approver.uid.flatMap(LocalUser.name))
      }, trial: configuration.isTrial(recorderUID: gateway.uid ?? geteuid()),
      loops: max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
    way = try RecorderWay(gateway)
    logKey = configuration.recorder.logKey
  }
}

extension GatewaySettings.Connection {
  init(_ section: ConnectionSection) throws {
    var limits = Limits()
    if let message = section.limits.message { limits.clientMessage = message }
    if let message = section.limits.upstreamMessage { limits.upstreamMessage = message }
    if let pipeline = section.limits.pipeline { limits.pipeline = pipeline }
    if let chunk = section.limits.responseChunk { limits.responseChunk = chunk }
    self.init(
      name: section.name, proto: section.proto, listenHost: section.listenHost, listenPort: section.listenPort,
      capture: section.capture, allowsUnusualSettings: section.allowsUnusualSettings,
      upstreamHost: section.upstream.host, upstreamPort: section.upstream.port,
      upstreamTLS: ConnectionSettings.TLSMode(section.upstream.tls), upstreamAuthorities: section.upstream.authorities,
      database: section.upstream.database, user: section.upstream.user, password: try section.upstreamPassword(),
      certificate: section.tls?.certificate, key: section.tls?.key, requiresTLS: section.tls?.required ?? false,
      limits: limits)
  }
}

extension ConnectionSettings.TLSMode {
  init(_ mode: ConnectionSection.UpstreamTLS) {
    self =
      switch mode {
      case .disable: .disable
      case .prefer: .prefer
      case .require: .require
      case .verifyCA: .verifyCA
      case .verifyFull: .verifyFull
      }
  }
}

extension TargetLogin {
  init(_ login: ConnectionSection.Login) throws {
    self.init(user: login.user, password: try ConnectionSection.password(in: login.passwordFile))
  }
}

extension RecorderWay {
  init?(_ gateway: StenoConfiguration.GatewaySection) throws {
    guard let link = gateway.recorder else { return nil }
    do {
      let tls = try MutualTLS(
        MutualTLSFiles(certificate: link.certificate, key: link.key, authorities: link.authorities),
        role: .client(host: link.serverName))
      self = .remote(host: link.address.host, port: link.address.port, tls)
    } catch {
      throw GatewayError.unusableLink(error.description)
    }
  }
}
