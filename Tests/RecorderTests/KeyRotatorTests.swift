import Evidence
import Foundation
import Journal
import Logging
import Recorder
import SessionModel
import Signatures
import TestSupport
import Testing
import Witness

/// A store whose key is changed: at each step that a machine may stop behind, and what nobody may make of it later.
@Suite struct KeyRotatorTests {
  static let origin = "test/steno"
  let folder: TemporaryFolder
  var store: String { folder.path + "/store" }

  private struct Stopped: Error {}

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ records: Int, witnesses: [WitnessClient] = []) async throws {
    var settings = RecorderSettings(
      store: store, ingest: folder.path + "/i.sock", query: "", origin: Self.origin, gateways: [:], trial: true)
    settings.witnesses = witnesses
    let service = try await RecorderService.start(
      settings: settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for number in 0..<records {
      try await service.core.recordAccess(AccessMeta(by: "someone", action: "search", detail: "\(number)"))
    }
    try await service.shutdown()
  }

  private func key() throws -> VerifierKey { try #require(try LogKey(store: store).verifier()) }

  private func finding(_ key: VerifierKey? = nil, others: [[UInt8]] = []) throws -> JournalVerifier.Finding? {
    try StoreVerifier(store: store, key: key, others: others).verify().finding
  }

  private func signer() throws -> NoteSigner {
    let pem = try String(contentsOfFile: LogKey(store: store).path, encoding: .utf8)
    return try NoteSigner(name: Self.origin, kind: .note, key: try #require(Ed25519SigningKey(pem: pem)))
  }

  @Test(
    "A store is intact with each key that it has had, the old one is gone, and the recorder goes on with the new one")
  func rotates() async throws {
    try await run(20)
    let first = try key()
    let pem = try String(contentsOfFile: LogKey(store: store).path, encoding: .utf8)
    let one = try KeyRotator.rotate(store: store, origin: Self.origin)
    try await run(20)
    let second = try key()
    #expect(one.old == first && one.new == second)
    try KeyRotator.rotate(store: store, origin: Self.origin)
    try await run(300)
    let third = try key()
    for key in [first, second, third] { #expect(try finding(key) == nil) }
    let stranger = try NoteSigner(name: Self.origin, kind: .note, key: .generate()).verifier
    #expect(try finding(stranger)?.fault == .forged)
    let keys = try #require(try LogKey(store: store).keys())
    #expect(keys.rotations.map(\.new) == [second, third])
    #expect(keys.key(at: one.from - 1) == first && keys.key(at: one.from) == second)
    // Nothing of the old key's file is left in the store.
    let secret = try #require(pem.split(separator: "\n").dropFirst().first)
    for name in try FileManager.default.contentsOfDirectory(atPath: store) {
      let data = FileManager.default.contents(atPath: store + "/" + name) ?? Data()
      #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)")
    }
  }

  @Test(
    "Stopped behind any step, either key works: the change has happened, or it has not",
    arguments: LogRotation.Step.allCases)
  func stops(at step: LogRotation.Step) async throws {
    try await run(10)
    let old = try key()
    #expect(throws: Stopped.self) {
      try KeyRotator.rotate(store: store, origin: Self.origin) { if $0 == step { throw Stopped() } }
    }
    // As it lies there it is intact to whoever has the old key.
    #expect(try finding(old) == nil)
    try await run(10)
    let has = try key() != old
    #expect(has == (step != .signed && step != .drawn))
    #expect(!FileManager.default.fileExists(atPath: LogKey(store: store).nextPath))
    #expect(try finding(old) == nil)
    #expect(try finding(key()) == nil)
    // And it can be changed once more.
    try KeyRotator.rotate(store: store, origin: Self.origin)
    try await run(3)
    #expect(try finding(old) == nil)
  }

  @Test("A head that the old key signs behind the change is refused, wherever it stands, and the key is named")
  func oldKey() async throws {
    try await run(10)
    let old = try signer()
    try KeyRotator.rotate(store: store, origin: Self.origin)
    try await run(10)
    let files = CheckpointFiles(store: store)
    let note = try #require(try files.latest())
    let head = try Checkpoint(text: SignedNote(parsing: note).text)
    let forged = try SignedCheckpoint(head, by: old).bytes
    func refused(_ others: [[UInt8]] = []) throws {
      let found = try finding(others: others)
      #expect(found?.fault == .forged)
      #expect(
        found?.detail.contains("does not count for \(head.size) records: \(old.verifier)") == true,
        "\(String(describing: found))")
    }
    try refused([forged])
    try files.replaceLatest(forged)
    try refused()
    await #expect(throws: LogFault.self) { try await run(1) }
    try files.replaceLatest(note)
    try files.replaceCosigned(forged)
    try refused()
    unlink(store + "/cosigned")
    #expect(try finding() == nil)
    try files.keep(forged)
    try refused()
  }

  @Test(
    "A list of keys that is lost, forged, cut, doubled or another than the journal's is a finding, and no recorder starts",
    arguments: ["lost", "forged", "doubled", "older vkey", "behind its record", "key put back"])
  func lists(how: String) async throws {
    try await run(10)
    let old = try signer()
    let vkey = try key()
    let pem = try #require(FileManager.default.contents(atPath: LogKey(store: store).path))
    let rotation = try KeyRotator.rotate(store: store, origin: Self.origin)
    try await run(10)
    let path = CheckpointFiles(store: store).rotationsPath
    let list = try #require(FileManager.default.contents(atPath: path))
    func entry(_ rotation: KeyRotation) -> Data { Data("note \(rotation.bytes.count)\n".utf8) + Data(rotation.bytes) }
    let thief = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    switch how {
    case "lost": unlink(path)
    case "forged":
      // Signed by the right old key, and the journal has another.
      try entry(KeyRotation(from: rotation.from, old: old, new: thief)).write(to: URL(fileURLWithPath: path))
    case "doubled": try (list + list).write(to: URL(fileURLWithPath: path))
    case "older vkey": try Data("\(vkey)\n".utf8).write(to: URL(fileURLWithPath: LogKey(store: store).verifierPath))
    case "behind its record":
      try entry(KeyRotation(from: rotation.from + 2, old: old, new: signer())).write(to: URL(fileURLWithPath: path))
    case _:
      // The key that was destroyed is put back from a copy, as if there had been no change.
      unlink(path)
      try pem.write(to: URL(fileURLWithPath: LogKey(store: store).path))
      try Data("\(vkey)\n".utf8).write(to: URL(fileURLWithPath: LogKey(store: store).verifierPath))
    }
    let found = try finding()
    #expect(found?.fault == .forged, "\(String(describing: found))")
    await #expect(throws: LogFault.self) { try await run(1) }
  }

  @Test("A record that names a key which the key before it has not signed is a finding at that record") func record()
    async throws
  {
    try await run(10)
    let own = try signer()
    let thief = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    let real = try KeyRotation(from: 100, old: own, new: thief)
    let forged = SignedNote(text: real.note.text, signatures: [thief.sign(real.note.text)])
    for text in [forged.bytes, real.bytes] {
      let copy = folder.path + "/copy"
      try FileManager.default.copyItem(atPath: store, toPath: copy)
      defer { unlinkAll(copy) }
      let index = try KeyRotatorTests.append(text, to: copy)
      let found = try StoreVerifier(store: copy).verify().finding
      #expect(found?.record == index && found?.fault == .forged, "\(String(describing: found))")
    }
  }

  private func unlinkAll(_ path: String) {
    do { try FileManager.default.removeItem(atPath: path) } catch {}
  }

  /// Appends a record of a change as whoever holds the store and its key can, and signs a head over it.
  static func append(_ text: [UInt8], to store: String) throws -> UInt64 {
    let opened = try OpenedLog.open(store: store, origin: origin)
    let index = try StoreHand(store: store).append(event: KeyRotation.event, text: text, behind: opened.tree.size)
    let log = LogWriter(store: store, log: opened)
    _ = try log.advance(to: index + 1)
    return index
  }

  @Test(
    "A witness that was given the change cosigns on, without it refuses the new key, and never the old one behind it")
  func witnessed() async throws {
    try await run(10)
    let first = try key()
    let old = try signer()
    func serve(_ logs: [LogKeys]) async throws -> (WitnessServer, WitnessClient) {
      let state = try WitnessState(directory: folder.path + "/witness")
      let signer = try state.signer(name: "witness.example")
      let server = try await WitnessServer.start(
        desk: WitnessDesk(signer: signer, logs: logs, state: state), host: "127.0.0.1", port: 0)
      let address = try #require(WitnessAddress("http://127.0.0.1:\(server.port)"))
      return (server, WitnessClient(address: address, key: signer.verifier))
    }
    func outcome(_ witness: WitnessClient, by signer: NoteSigner? = nil) async throws -> WitnessClient.Outcome {
      let keys = try #require(try LogKey(store: store).keys())
      var head = try keys.read(try #require(try CheckpointFiles(store: store).latest()))
      if let signer { head = try SignedCheckpoint(head.checkpoint, by: signer) }
      let size = head.checkpoint.size
      return await witness.cosign(head, known: 0) { try LogReader(store: store).consistency(from: $0, to: size) }
    }
    var (server, witness) = try await serve([LogKeys(first)])
    guard case .cosigned = try await outcome(witness) else { throw Stopped() }
    try KeyRotator.rotate(store: store, origin: Self.origin)
    #expect(try await outcome(witness) == .refused(status: 403))
    try await server.shutdown()
    (server, witness) = try await serve([try #require(try LogKey(store: store).keys())])
    #expect(try await outcome(witness, by: old) == .refused(status: 403))
    guard case .cosigned = try await outcome(witness) else { throw Stopped() }
    try await run(5, witnesses: [witness])
    let report = try StoreVerifier(store: store, witnesses: [try #require(witness.key)]).verify()
    #expect(report.finding == nil && report.cosigned?.checkpoint.size == report.records)
    try await server.shutdown()
  }
}

/// Writes into a store as its recorder would.
private final class StoreHand {
  private let store: String

  init(store: String) { self.store = store }

  func append(event: String, text: [UInt8], behind size: UInt64) throws -> UInt64 {
    let reader = JournalCursor(directory: store)
    var own: StoredRecord?
    var number: UInt64 = 0
    var last = Timestamp(microseconds: 0)
    while let record = try reader.next(limit: size) {
      if record.fields.session == nil { own = record }
      if record.fields.gateway == "recorder" { number = record.fields.gseq }
      last = record.fields.receivedAt
    }
    let writer = try JournalWriter.open(directory: store, options: JournalOptions()).writer
    defer { writer.close() }
    let meta = Array(try JSONEncoder().encode(RecorderMeta(event: event, detail: "")))
    let salt = [UInt8](repeating: 7, count: 32)
    let memory = salt + meta + salt + text
    let made = try memory.withUnsafeBytes { memory in
      try Array("recorder".utf8).withUnsafeBufferPointer { name in
        guard let base = memory.baseAddress else { throw JournalError(.failed, detail: "no memory") }
        let parts = [
          RecordPart(name: .meta, salt: base, bytes: UnsafeRawBufferPointer(rebasing: memory[32..<(32 + meta.count)])),
          RecordPart(
            name: .text, salt: base + 32 + meta.count,
            bytes: UnsafeRawBufferPointer(rebasing: memory[(64 + meta.count)...])),
        ]
        return try parts.withUnsafeBufferPointer {
          try writer.append(
            RecordHead(
              kind: .recorder, session: nil, sseq: (own?.fields.sseq ?? 0) + 1,
              prev: own.map { SHA256.Digest($0.leaf) } ?? .zero, gateway: name, gseq: number + 1, claimedAt: last,
              receivedAt: last),
            parts: $0)
        }
      }
    }
    try writer.commit()
    return made.index
  }
}
