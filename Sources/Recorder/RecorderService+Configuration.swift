import Configuration
import Foundation
import Logging

extension RecorderService {
  /// Starts the recorder that `steno.toml` describes. The directories of its sockets are made where they lack.
  package static func start(_ configuration: StenoConfiguration, log: Logger) async throws -> RecorderService {
    let own = geteuid()
    let settings = RecorderSettings(
      store: configuration.recorder.store, ingest: configuration.recorder.ingest, query: configuration.recorder.query,
      origin: configuration.recorder.origin,
      gateways: Dictionary(
        configuration.gateways.map { ($0.name, $0.uid ?? own) }, uniquingKeysWith: { first, _ in first }),
      trial: configuration.isTrial(recorderUID: own))
    for socket in [settings.ingest, settings.query] {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: socket).deletingLastPathComponent().path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    }
    return try await start(settings: settings, log: log)
  }
}
