import Evidence
import Foundation
import Journal
import Logging
import NIOPosix
import Recorder
import SessionModel
import Signatures
import Testing
import Witness

/// The recorder with its log: checkpoints behind commits, and the refusal to start on a store that is not the one that it left.
@Suite(.serialized) struct RecorderLogTests {
  let folder = NSTemporaryDirectory() + "steno-reclog-\(UInt32.random(in: .min ... .max))"
  var store: String { folder + "/store" }

  private func start(witnesses: [WitnessClient] = []) async throws -> RecorderService {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var settings = RecorderSettings(
      store: store, ingest: folder + "/i.sock", query: "", origin: "test/steno", gateways: [:], trial: true)
    settings.witnesses = witnesses
    return try await RecorderService.start(
      settings: settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func fill(_ service: RecorderService, _ count: Int) async throws {
    for number in 0..<count {
      try await service.core.recordAccess(AccessMeta(by: "someone", action: "search", detail: "\(number)"))
    }
  }

  private func remove() {
    do { try FileManager.default.removeItem(atPath: folder) } catch {}
  }

  @Test("A checkpoint that covers a commit follows by itself, and the last one covers all") func follows() async throws
  {
    defer { remove() }
    let service = try await start()
    try await fill(service, 5)
    let size = service.core.durableIndex
    let head = try #require(await service.core.published.head(covering: size))
    #expect(head.signed.checkpoint.size >= size)
    #expect(head.tree.root(with: SHA256()) == head.signed.checkpoint.root)
    try await service.shutdown()
    let report = try StoreVerifier(store: store).verify()
    #expect(report.finding == nil)
    #expect(report.unsigned == 0)
    #expect(report.checkpoint?.checkpoint.size == report.records)
  }

  @Test("A checkpoint follows a commit within 100 ms") func pace() async throws {
    defer { remove() }
    let service = try await start()
    var times: [Duration] = []
    for _ in 0..<20 {
      try await fill(service, 1)
      let size = service.core.durableIndex
      let begun = ContinuousClock.now
      _ = await service.core.published.head(covering: size)
      times.append(begun.duration(to: .now))
    }
    // The median: a shared machine may stand still for longer than that now and then.
    #expect(times.sorted()[10] < .milliseconds(100))
    try await service.shutdown()
  }

  @Test("A recorder that checks its own store publishes what it found, also while it writes") func selfCheck()
    async throws
  {
    defer { remove() }
    let service = try await start()
    try await fill(service, 5)
    _ = await service.core.published.head(covering: service.core.durableIndex)
    SelfCheck(core: service.core).check()
    #expect(service.core.published.check?.state == .intact)
    let segment = store + "/" + SegmentFormat.fileName(firstIndex: 0)
    let file = try #require(FileHandle(forUpdatingAtPath: segment))
    try file.seek(toOffset: 300)
    try file.write(contentsOf: Data([0xff]))
    try file.close()
    SelfCheck(core: service.core).check()
    #expect(service.core.published.check?.state == .broken)
    try await service.shutdown()
  }

  @Test(
    "On a store that is not the one that it left a recorder does not start, and leaves it as it is",
    arguments: ["cut", "edited", "older", "no key", "no checkpoint", "other name"])
  func refuses(how: String) async throws {
    defer { remove() }
    var service = try await start()
    try await fill(service, 20)
    try await service.shutdown()
    let segment = store + "/" + SegmentFormat.fileName(firstIndex: 0)
    let older = try Data(contentsOf: URL(fileURLWithPath: segment))
    service = try await start()
    try await fill(service, 20)
    try await service.shutdown()
    switch how {
    case "cut": #expect(truncate(segment, 4000) == 0)
    case "edited":
      var data = try Data(contentsOf: URL(fileURLWithPath: segment))
      data[700] ^= 1
      try data.write(to: URL(fileURLWithPath: segment))
      // The tail is whole and the tiles agree with it: only the verifier sees what lies before.
      #expect(try StoreVerifier(store: store).verify().finding?.record == 1)
      return
    case "older": try older.write(to: URL(fileURLWithPath: segment))
    case "no key": unlink(store + "/log.key")
    case "no checkpoint": unlink(store + "/checkpoint")
    case _: try Data("other+1+2".utf8).write(to: URL(fileURLWithPath: store + "/log.vkey"))
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: segment))
    await #expect(throws: LogFault.self) { try await start() }
    #expect(try Data(contentsOf: URL(fileURLWithPath: segment)) == before)
  }

  @Test("A whole store put back is refused where a witness has seen more, and cosigned heads are kept")
  func witnessed() async throws {
    defer { remove() }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    let key = try LogKey(store: store).create(origin: "test/steno")
    let state = try WitnessState(directory: folder + "/witness")
    let signer = try state.signer(name: "witness.example")
    let server = try await WitnessServer.start(
      desk: try WitnessDesk(signer: signer, logs: [key], state: state), host: "127.0.0.1", port: 0)
    let address = try #require(WitnessAddress("http://127.0.0.1:\(server.port)"))
    let witness = WitnessClient(address: address, key: signer.verifier)
    var service = try await start(witnesses: [witness])
    try await fill(service, 10)
    try await service.shutdown()
    let saved = folder + "/saved"
    try FileManager.default.copyItem(atPath: store, toPath: saved)
    service = try await start(witnesses: [witness])
    try await fill(service, 10)
    try await service.shutdown()
    let report = try StoreVerifier(store: store, witnesses: [signer.verifier]).verify()
    #expect(report.finding == nil)
    #expect(report.cosigned?.checkpoint.size == report.records)
    try FileManager.default.removeItem(atPath: store)
    try FileManager.default.moveItem(atPath: saved, toPath: store)
    // By itself the older store is intact: that is what a witness is for.
    #expect(try StoreVerifier(store: store).verify().finding == nil)
    await #expect(throws: LogFault.self) { try await start(witnesses: [witness]) }
    try await server.shutdown()
  }
}
