import Configuration
import Foundation
import Journal
import Logging
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
        configuration.gateways.map { ($0.name, $0.uid ?? own) }, uniquingKeysWith: { first, _ in first }),
      trial: configuration.isTrial(recorderUID: own))
    settings.witnesses = try configuration.witnesses.map { witness in
      guard let address = WitnessAddress(witness.url) else {
        throw LogFault(.storage, "the witness's url \(witness.url) is none; write http://HOST:PORT")
      }
      return WitnessClient(address: address, key: witness.key)
    }
    for socket in [settings.ingest, settings.query] {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: socket).deletingLastPathComponent().path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    }
    let started = settings
    let readers = Set(configuration.recorder.readers)
    let approvers = configuration.approvers.map {
      QuerySettings.Approver(name: $0.name, uid: $0.uid, key: $0.key.flatMap(SSHPublicKey.init(line:)))
    }
    let channels = try configuration.notifications.map { section in
      NotifyChannel(
        name: section.name,
        way: try section.webhook.map { .webhook(url: $0, secret: try section.secret()) } ?? .command(section.command),
        risk: section.risk)
    }
    return try await start(settings: started, log: log) { core in
      // Who may decide, and with which key, is part of the log: each change needs a start.
      try await core.recordOwn(
        "approvers",
        approvers.map { "\($0.name) \($0.key?.fingerprint ?? "without a key")" }.joined(separator: ", "))
      var query = QuerySettings(
        socket: started.query, index: QueryServer.indexPath(store: started.store), origin: started.origin,
        trial: started.trial, ownUser: own, readers: readers, approvers: approvers, channels: channels)
      query.approvalLimit = configuration.approvalLimit
      return try await QueryServer.start(
        settings: query,
        gate: core, log: log)
    }
  }
}
