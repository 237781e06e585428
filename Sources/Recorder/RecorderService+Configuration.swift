import Configuration
import Foundation
import Journal
import Logging
import MutualTLS
import Signatures
import Witness

extension RecorderService {
  /// Starts the recorder that `steno.toml` describes. The directories of its sockets are made where they lack.
  package static func start(_ configuration: StenoConfiguration, log: Logger) async throws -> RecorderService {
    let own = geteuid()
    var settings = RecorderSettings(
      store: configuration.recorder.store, ingest: configuration.recorder.ingest, query: configuration.recorder.query,
      origin: configuration.recorder.origin,
      gateways: Dictionary(
        configuration.gateways.filter { $0.certificate == nil }.map { ($0.name, $0.uid ?? own) },
        uniquingKeysWith: { first, _ in first }),
      trial: configuration.isTrial(recorderUID: own))
    for gateway in configuration.gateways { settings.certificates[gateway.name] = gateway.certificate }
    settings.ingestTLS = configuration.recorder.ingestTLS.map { tls in
      RecorderSettings.IngestTLS(
        host: tls.listen.host, port: tls.listen.port,
        files: MutualTLSFiles(certificate: tls.certificate, key: tls.key, authorities: tls.authorities))
    }
    settings.retention = configuration.retention
    settings.retentionInterval = configuration.recorder.retentionInterval
    settings.connections = configuration.connections.map(\.name)
    settings.witnesses = try configuration.witnesses.map { witness in
      guard let address = WitnessAddress(witness.url) else {
        throw LogFault(.storage, "the witness's url \(witness.url) is none; write http://HOST:PORT")
      }
      return WitnessClient(address: address, key: witness.key)
    }
    settings.witnessQuorum = configuration.recorder.witnessing.quorum
    settings.witnessStaleAfter = configuration.recorder.witnessing.staleAfter
    settings.timestamps = try configuration.timestamps.map { tsa in
      guard let address = WitnessAddress(tsa.url) else {
        throw LogFault(.storage, "the timestamp authority's url \(tsa.url) is none; write http://HOST:PORT/PATH")
      }
      return RecorderSettings.Timestamps(
        client: TimestampClient(address: address, authorities: tsa.authorities),
        interval: Double(tsa.interval) / 1_000_000, atSessionEnd: tsa.atSessionEnd)
    }
    for socket in [settings.ingest, settings.query] {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: socket).deletingLastPathComponent().path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    }
    let started = settings
    let readers = Set(configuration.recorder.readers)
    let approvers = approvers(of: configuration)
    let channels = try configuration.notifications.map { section in
      NotifyChannel(
        name: section.name,
        way: try section.webhook.map { .webhook(url: $0, secret: try section.secret()) } ?? .command(section.command),
        risk: section.risk)
    }
    return try await start(settings: started, log: log) { core in
      try await record(approvers, core)
      var query = QuerySettings(
        socket: started.query, index: QueryServer.indexPath(store: started.store), origin: started.origin,
        trial: started.trial, ownUser: own, readers: readers, approvers: approvers, channels: channels)
      query.approvalLimit = configuration.approvalLimit
      return try await QueryServer.start(
        settings: query,
        gate: core, log: log)
    }
  }

  /// Takes other approvers, readers and retention policies from the file; the rest of it needs a start.
  package func reload(_ configuration: StenoConfiguration) async throws {
    let approvers = RecorderService.approvers(of: configuration)
    // Before they count: a decision of theirs is not on record before they are.
    try await RecorderService.record(approvers, core)
    query?.admit(readers: Set(configuration.recorder.readers), approvers: approvers)
    guard let desk = core.retentionDesk else { return }
    // A run that is under way ends first: a thread waits for it, and none of those that serve.
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { done.resume(with: Result { try desk.adopt(configuration.retention) }) }
    }
  }

  private static func approvers(of configuration: StenoConfiguration) -> [QuerySettings.Approver] {
    configuration.approvers.map {
      QuerySettings.Approver(name: $0.name, uid: $0.uid, key: $0.key.flatMap(SSHPublicKey.init(line:)))
    }
  }

  /// Who may decide, and with which key, is part of the log.
  private static func record(_ approvers: [QuerySettings.Approver], _ core: RecorderCore) async throws {
    try await core.recordOwn(
      "approvers", approvers.map { "\($0.name) \($0.key?.fingerprint ?? "without a key")" }.joined(separator: ", "))
  }
}
