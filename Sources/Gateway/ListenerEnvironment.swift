import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Policy
import ProxyCore
import Signatures

/// What all clients of one connection share: its rules' judge, its certificates, the way to its target.
final class ListenerEnvironment: Sendable {
  let connection: GatewaySettings.Connection
  let terms: TermsInForce
  /// Threads for texts that are too long or deep for an event loop.
  let judges: NIOThreadPool
  let cancellations: CancelDesk
  let runs: RunBook
  let functions = FunctionBook()
  let loginSeconds: Int64
  let log: Logger
  /// Channel binding of the listener's own certificate.
  let binding: [UInt8]?
  private let clientTLS: NIOSSLContext?
  private let upstreamTLS: NIOSSLContext?

  init(
    connection: GatewaySettings.Connection, terms: TermsInForce, judges: NIOThreadPool, cancellations: CancelDesk,
    runs: RunBook, loginSeconds: Int64, log: Logger
  ) throws(GatewayError) {
    self.connection = connection
    self.terms = terms
    self.judges = judges
    self.cancellations = cancellations
    self.runs = runs
    self.loginSeconds = loginSeconds
    self.log = log
    do {
      if let certificate = connection.certificate, let key = connection.key {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
          certificateChain: chain.map { .certificate($0) },
          privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        clientTLS = try NIOSSLContext(configuration: configuration)
        binding = try chain.first.flatMap { CertificateBinding.tlsServerEndPoint(der: try $0.toDERBytes()) }
      } else {
        clientTLS = nil
        binding = nil
      }
      upstreamTLS = try ListenerEnvironment.upstreamContext(connection)
    } catch {
      throw GatewayError.unusableCertificate(connection.name, "\(error)")
    }
  }

  /// What a question of the gateway's own needs to know of the target.
  var probeSettings: ConnectionSettings {
    ConnectionSettings(
      name: connection.name, capture: connection.capture, trial: false, gateway: "", rules: "",
      clientTLSAvailable: false, clientTLSRequired: false, upstreamTLS: connection.upstreamTLS,
      upstreamHost: connection.upstreamHost, upstreamPort: connection.upstreamPort, database: connection.database,
      upstreamUser: connection.user, upstreamPassword: connection.password, clientAddress: "",
      allowsUnusualSettings: false, agents: [:])
  }

  var decisions: DecisionTerms { terms.current.decisions }

  private static func upstreamContext(_ connection: GatewaySettings.Connection) throws -> NIOSSLContext? {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    switch connection.upstreamTLS {
    case .disable: return nil
    case .prefer, .require: configuration.certificateVerification = .none
    case .verifyCA: configuration.certificateVerification = .noHostnameVerification
    case .verifyFull: configuration.certificateVerification = .fullVerification
    }
    if let authorities = connection.upstreamAuthorities { configuration.trustRoots = .file(authorities) }
    return try NIOSSLContext(configuration: configuration)
  }

  /// Takes the server's part of a TLS handshake, in front of everything else on the channel.
  func secureClient(_ channel: any Channel) throws {
    guard let clientTLS else { preconditionFailure("TLS was offered without a certificate") }
    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: clientTLS), position: .first)
  }

  func secureUpstream(_ channel: any Channel) throws {
    guard let upstreamTLS else { preconditionFailure("TLS was asked for on a connection that disables it") }
    // An address has no name to send; the certificate is then checked against the address itself.
    let name = ListenerEnvironment.isAddress(connection.upstreamHost) ? nil : connection.upstreamHost
    try channel.pipeline.syncOperations.addHandler(
      NIOSSLClientHandler(context: upstreamTLS, serverHostname: name), position: .first)
  }

  private static func isAddress(_ host: String) -> Bool {
    (try? SocketAddress(ipAddress: host, port: 0)) != nil
  }

  /// Connects to the target on the client's own event loop: nothing crosses threads between the two sides.
  func connect(
    on loop: any EventLoop, handler: @escaping @Sendable () -> RelayHandler
  ) -> EventLoopFuture<any Channel> {
    connect(
      ClientBootstrap(group: loop)
        .connectTimeout(.seconds(10))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(handler())
          }
        })
  }

  func connect(_ bootstrap: ClientBootstrap) -> EventLoopFuture<any Channel> {
    if connection.upstreamHost.hasPrefix("/") {
      return bootstrap.connect(unixDomainSocketPath: "\(connection.upstreamHost)/.s.PGSQL.\(connection.upstreamPort)")
    }
    return bootstrap.connect(host: connection.upstreamHost, port: connection.upstreamPort)
  }

  /// Asks the target to cancel, on a connection of its own that says nothing else.
  ///
  /// - Parameter secured: The session's own connection has TLS, so the key does not go in clear either.
  func cancelUpstream(_ key: CancelKey, secured: Bool, on loop: any EventLoop) {
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(10)).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let secure = secured ? { try self.secureUpstream(channel) } : nil
        try channel.pipeline.syncOperations.addHandler(CancelHandler(key: key, secure: secure))
      }
    }
    // A target that cannot be reached has nothing to cancel either: its own connection will end.
    connect(bootstrap).whenFailure { _ in }
  }

  /// The settings that a machine gets for one client.
  func settings(client address: String, gateway: GatewaySettings) -> ConnectionSettings {
    let terms = terms.current
    var settings = ConnectionSettings(
      name: connection.name, capture: connection.capture, trial: gateway.trial, gateway: gateway.name,
      rules: terms.digest, clientTLSAvailable: clientTLS != nil, clientTLSRequired: connection.requiresTLS,
      upstreamTLS: connection.upstreamTLS, upstreamHost: connection.upstreamHost,
      upstreamPort: connection.upstreamPort, database: connection.database, upstreamUser: connection.user,
      upstreamPassword: connection.password, clientAddress: address,
      allowsUnusualSettings: connection.allowsUnusualSettings, limits: connection.limits, agents: terms.agents,
      masks: connection.masks, watches: terms.watches)
    settings.readLogin = connection.readLogin
    settings.ruleSet = terms.judge.rules
    settings.estimates = connection.explainLogin != nil
    settings.sealsOriginals = connection.investigators != nil
    return settings
  }
}
