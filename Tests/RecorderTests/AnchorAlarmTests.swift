import Foundation
import Journal
import Logging
import Recorder
import SessionModel
import Signatures
import TestSupport
import Testing
import Witness

/// What a recorder says when those who anchor its log are away.
@Suite(.serialized, .oneAtATime) struct AnchorAlarmTests {
  @Test(
    "A cosignature counts with its quorum only, and one that does not come is an alarm, on record and told to people")
  func quorum() async throws {
    let folder = try TemporaryFolder()
    let store = folder.path + "/store"
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    let key = try LogKey(store: store).create(origin: "test/steno")
    let state = try WitnessState(directory: folder.path + "/witness")
    let signer = try state.signer(name: "witness.example")
    let server = try await WitnessServer.start(
      desk: try WitnessDesk(signer: signer, logs: [key], state: state), host: "127.0.0.1", port: 0)
    let away = try NoteSigner(name: "away.example", kind: .cosignature, key: .generate()).verifier
    var settings = RecorderSettings(
      store: store, ingest: folder.path + "/i.sock", query: folder.path + "/q.sock", origin: "test/steno",
      gateways: [:], trial: true)
    settings.witnesses = [
      WitnessClient(
        address: try #require(WitnessAddress("http://127.0.0.1:\(server.port)")), key: signer.verifier),
      // Nobody listens there.
      WitnessClient(address: try #require(WitnessAddress("http://127.0.0.1:1")), key: away),
    ]
    settings.witnessQuorum = 2
    settings.witnessStaleAfter = 1000
    let told = folder.path + "/told"
    try #require(mkfifo(told, 0o600) == 0)
    let started = settings
    let service = try await RecorderService.start(
      settings: started, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { core in
      try await QueryServer.start(
        settings: QuerySettings(
          socket: started.query, index: QueryServer.indexPath(store: store), origin: started.origin, trial: true,
          ownUser: geteuid(),
          channels: [NotifyChannel(name: "pager", way: .command(["/bin/sh", "-c", "cat > \(told)"]), risk: .high)]),
        gate: core, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
    let pipe = try #require(FileHandle(forReadingAtPath: told))
    let payload = String(decoding: try pipe.readToEnd() ?? Data(), as: UTF8.self)
    #expect(payload.contains("integrity-alarm") && payload.contains("no cosignature by 2 of 2 witnesses"))
    #expect(service.core.published.alarm?.contains("no cosignature") == true)
    #expect(!service.core.published.isDoubted)
    #expect(service.core.published.cosigned == nil)
    try await service.shutdown()
    #expect(try StoreVerifier(store: store, witnesses: [signer.verifier]).verify().cosigned == nil)
    // With one of the two it counts.
    settings.witnessQuorum = 1
    let again = try await RecorderService.start(
      settings: settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await again.shutdown()
    let report = try StoreVerifier(store: store, witnesses: [signer.verifier]).verify()
    #expect(report.cosigned?.checkpoint.size == report.records)
    try await server.shutdown()
  }
}
