import Evidence
import Foundation
import SessionModel
import Signatures
import Testing
import Witness

/// A log in memory that can be shortened and forked.
struct MemoryLog {
  let signer: NoteSigner
  var leaves: [SHA256.Digest] = []

  init(name: String = "log.example/steno", key: Ed25519SigningKey = .generate()) throws {
    signer = try NoteSigner(name: name, kind: .note, key: key)
  }

  mutating func grow(_ count: Int, seed: UInt8 = 0) {
    let hasher = SHA256()
    for _ in 0..<count { leaves.append(hasher.digest([seed] + withUnsafeBytes(of: leaves.count) { Array($0) })) }
  }

  func head(_ size: Int? = nil) throws -> SignedCheckpoint {
    let size = size ?? leaves.count
    let root = try LeafList(Array(leaves[..<size])).root(size: UInt64(size), with: SHA256())
    return try SignedCheckpoint(
      Checkpoint(origin: signer.verifier.name, size: UInt64(size), root: root), by: signer)
  }

  func proof(_ old: UInt64, _ size: Int? = nil) throws -> [SHA256.Digest] {
    let size = size ?? leaves.count
    return try ConsistencyProof.make(
      from: old, to: UInt64(size), in: LeafList(Array(leaves[..<size])), with: SHA256())
  }

  func request(old: UInt64, size: Int? = nil) throws -> [UInt8] {
    AddCheckpoint(old: old, proof: try proof(old, size), note: try head(size).note).bytes
  }
}

@Suite struct WitnessTests {
  let folder = NSTemporaryDirectory() + "steno-witness-\(UInt64.random(in: .min ... .max))"

  private func desk(_ logs: [VerifierKey]) throws -> (WitnessDesk, VerifierKey) {
    let state = try WitnessState(directory: folder)
    let signer = try state.signer(name: "witness.example")
    return (try WitnessDesk(signer: signer, logs: logs, state: state, clock: { 1_700_000_000 }), signer.verifier)
  }

  private func remove() {
    do { try FileManager.default.removeItem(atPath: folder) } catch {}
  }

  @Test("A log that grows is cosigned each time, also by a witness that was started again") func grows() throws {
    defer { remove() }
    var log = try MemoryLog()
    for (old, count) in [(0, 3), (3, 1), (4, 60), (64, 0)] {
      log.grow(count)
      let (desk, key) = try desk([log.signer.verifier])
      let answer = desk.add(try log.request(old: UInt64(old)))
      #expect(answer.status == 200)
      let signatures = try SignedNote.signatures(parsing: Array(answer.body.utf8))
      let note = SignedNote(text: try log.head().note.text, signatures: signatures)
      #expect(try note.verified(by: [key]).map(\.time) == [1_700_000_000])
    }
  }

  @Test("Each wrong request has the status that the protocol gives it") func statuses() throws {
    defer { remove() }
    var log = try MemoryLog()
    log.grow(20)
    let (desk, _) = try desk([log.signer.verifier])
    #expect(desk.add(try log.request(old: 0, size: 8)).status == 200)
    // Another size than the one that was seen: told, with the size.
    for old: UInt64 in [0, 7] {
      let answer = desk.add(try log.request(old: old))
      #expect(answer.status == 409)
      #expect(answer.type == "text/x.tlog.size")
      #expect(answer.body == "8\n")
    }
    // A log that was cut, and one of the same size with another past.
    #expect(desk.add(try log.request(old: 5, size: 5)).status == 409)
    var fork = MemoryLog(signer: log.signer, leaves: [])
    fork.grow(20, seed: 1)
    #expect(desk.add(try fork.request(old: 8, size: 8)).status == 409)
    #expect(desk.add(try fork.request(old: 8)).status == 422)
    let unproven = AddCheckpoint(old: 8, proof: [], note: try log.head().note)
    #expect(desk.add(unproven.bytes).status == 422)
    #expect(desk.add(AddCheckpoint(old: 21, proof: [], note: try log.head().note).bytes).status == 400)
    // Unknown logs, unknown keys, and what is no request.
    var other = try MemoryLog(name: "other.example")
    other.grow(1)
    #expect(desk.add(try other.request(old: 0)).status == 404)
    var forged = try MemoryLog()
    forged.grow(9)
    #expect(desk.add(try forged.request(old: 8)).status == 403)
    for bad in ["", "old\n\n", "old 08\n\n", "old 8\nAAAA\n\n", "old 8\n\n"] {
      #expect(desk.add(Array(bad.utf8)).status == 400)
    }
    #expect(desk.add(try log.request(old: 8)).status == 200)
  }

  @Test("A witness whose state was damaged says nothing of the log") func damaged() throws {
    defer { remove() }
    var log = try MemoryLog()
    log.grow(3)
    let (desk, _) = try desk([log.signer.verifier])
    #expect(desk.add(try log.request(old: 0)).status == 200)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let name = try #require(names.first { $0.hasSuffix(".checkpoint") })
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    #expect(desk.add(try log.request(old: 3)).status == 500)
  }

  @Test("Over HTTP a log learns what the witness has seen, and is told when it is behind or another") func client()
    async throws
  {
    defer { remove() }
    var log = try MemoryLog()
    log.grow(20)
    let (desk, key) = try desk([log.signer.verifier])
    let server = try await WitnessServer.start(desk: desk, host: "127.0.0.1", port: 0)
    let address = try #require(WitnessAddress("http://127.0.0.1:\(server.port)/"))
    let client = WitnessClient(address: address, key: key)
    func ask(_ log: MemoryLog, _ size: Int, known: UInt64) async throws -> WitnessClient.Outcome {
      await client.cosign(try log.head(size), known: known) { try log.proof($0, size) }
    }
    guard case .cosigned = try await ask(log, 10, known: 0) else {
      Issue.record("not cosigned")
      return
    }
    // What it is thought to have seen is corrected by what it says.
    guard case .cosigned = try await ask(log, 20, known: 3) else {
      Issue.record("not cosigned")
      return
    }
    #expect(try await ask(log, 15, known: 15) == .behind(20))
    var fork = MemoryLog(signer: log.signer, leaves: [])
    fork.grow(30, seed: 1)
    #expect(try await ask(fork, 30, known: 20) == .forked(20))
    #expect(try await ask(fork, 20, known: 20) == .forked(20))
    var other = try MemoryLog(name: "other.example")
    other.grow(1)
    #expect(try await ask(other, 1, known: 0) == .refused(status: 404))
    let foreign = try NoteSigner(name: "witness.example", kind: .cosignature, key: .generate()).verifier
    let outcome = await WitnessClient(address: address, key: foreign).cosign(try log.head(), known: 20) {
      try log.proof($0)
    }
    #expect(outcome == .unreachable("its cosignature is not one of its key"))
    try await server.shutdown()
    guard case .unreachable = try await ask(log, 20, known: 20) else {
      Issue.record("a witness that is gone has answered")
      return
    }
  }

  @Test(
    "What is no witness's address is refused",
    arguments: ["", "http://", "https://a", "http://a:0", "http://a:65536", "http://a b", "http://u@a", "http://a/?x"])
  func addresses(text: String) {
    #expect(WitnessAddress(text) == nil)
  }
}

extension MemoryLog {
  init(signer: NoteSigner, leaves: [SHA256.Digest]) {
    self.signer = signer
    self.leaves = leaves
  }
}
