import Evidence
import Foundation
import SessionModel
import Signatures
import Testing

/// Each bundle is checked twice: by this program's own verifier, and by the shell script that it carries.
@Suite struct BundleTests {
  let log = try! BundleFixture()

  /// The verdicts of both verifiers.
  private func verdicts(_ archive: [UInt8], key: VerifierKey? = nil) throws -> (own: Bool, shell: Bool) {
    let key = try key ?? log.signer.verifier
    let own: Bool
    do throws(BundleCheck.Finding) {
      _ = try BundleCheck.check(archive, key: key)
      own = true
    } catch { own = false }
    let shell = try ShellVerifier.run(archive, key: key)
    return (own, shell.status == 0)
  }

  private func archive(of files: [String: [UInt8]]) -> [UInt8] {
    files.sorted { $0.key < $1.key }.flatMap { TarArchive.encode(.init($0.key, $0.value), time: 0) } + TarArchive.end
  }

  private func files(_ bundle: EvidenceBundle) throws -> [String: [UInt8]] {
    try TarArchive.decode(bundle.archive()).mapValues(Array.init)
  }

  @Test("A closed session's bundle verifies, and equal bundles are equal bytes", arguments: [1, 2] as [UInt64])
  func intact(session: UInt64) throws {
    let bundle = try log.bundle(of: session)
    #expect(try verdicts(bundle.archive()) == (true, true))
    #expect(try bundle.archive() == log.bundle(of: session).archive())
    let result = try BundleCheck.check(bundle.archive(), key: log.signer.verifier)
    #expect(result.records.count == 6)
    #expect(result.records[1].body(.wire) == Array("select \(session), 0".utf8))
  }

  @Test("An open session's bundle is not whole") func open() throws {
    #expect(try verdicts(log.bundle(of: 3).archive()) == (false, false))
  }

  @Test("An open session's bundle is complete up to where the log says that it had come, and no further or shorter")
  func stated() throws {
    var log = self.log
    log.appendHeads()
    let key = try log.signer.verifier
    let bundle = try log.bundle(of: 3)
    #expect(try verdicts(bundle.archive(), key: key) == (true, true))
    let result = try BundleCheck.check(bundle.archive(), key: key)
    #expect(result.openAt == Timestamp(microseconds: 2_000_000))
    var cut = bundle
    cut.records.removeLast()
    #expect(try verdicts(cut.archive(), key: key) == (false, false))
    var silent = bundle
    silent.own = []
    #expect(try verdicts(silent.archive(), key: key) == (false, false))
    var changed = bundle
    changed.own[0].parts[0].bytes[30] ^= 1
    #expect(try verdicts(changed.archive(), key: key) == (false, false))
    // What came behind the statement is not covered by it.
    log.note(3)
    #expect(try verdicts(log.bundle(of: 3).archive(), key: key) == (false, false))
    // An end needs no statement, and a closed session's tail cannot hide behind an old one.
    var closed = try log.bundle(of: 1)
    #expect(try verdicts(closed.archive(), key: key) == (true, true))
    closed.records.removeLast()
    #expect(try verdicts(closed.archive(), key: key) == (false, false))
  }

  @Test("Bodies that are gone are pruned where a tombstone of the log names the record, and missing where none does")
  func pruned() throws {
    var log = self.log
    let key = try log.signer.verifier
    let places = try log.places(of: 1)
    var stone = Tombstone(policy: "a-month", keep: 2_592_000)
    for place in places[1...2] { stone.add(place) }
    log.appendOwn(.tombstone, stone.text)
    var bundle = try log.bundle(of: 1)
    #expect(try verdicts(bundle.archive(), key: key) == (true, true))
    for record in 1...2 { bundle.records[record].parts = [] }
    #expect(try verdicts(bundle.archive(), key: key) == (true, true))
    #expect(try BundleCheck.check(bundle.archive(), key: key).pruned == ["a-month": 2])
    #expect(try BundleCheck.check(bundle.archive(), key: key).records[1].isPruned)
    var more = bundle
    more.records[3].parts = []
    #expect(try verdicts(more.archive(), key: key) == (false, false))
    var end = bundle
    end.records[5].parts = []
    #expect(try verdicts(end.archive(), key: key) == (false, false))
    var half = try files(bundle)
    half["parts/00000001.meta"] = try files(log.bundle(of: 1))["parts/00000001.meta"]
    #expect(try verdicts(archive(of: half), key: key) == (false, false))
    var unsaid = bundle
    unsaid.own = []
    #expect(try verdicts(unsaid.archive(), key: key) == (false, false))
    var forged = bundle
    forged.own[0].parts[0].bytes = Array(stone.text.utf8) + Array("run 400 1\n".utf8)
    #expect(try verdicts(forged.archive(), key: key) == (false, false))
  }

  @Test("A tombstone that stands before a record gives no right to its bodies") func earlyTombstone() throws {
    var log = self.log
    var stone = Tombstone(policy: "a-month", keep: 1)
    stone.add(UInt64(log.entries.count + 1))
    log.appendOwn(.tombstone, stone.text)
    log.note(3)
    log.appendHeads()
    var bundle = try log.bundle(of: 3)
    bundle.records[bundle.records.count - 1].parts = []
    #expect(try verdicts(bundle.archive(), key: log.signer.verifier) == (false, false))
  }

  @Test("A session alone in its log, and one in a log of a perfect size, verify", arguments: [1, 4, 29])
  func sizes(steps: Int) throws {
    let other = try BundleFixture(steps: steps)
    let bundle = try other.bundle(of: 2)
    #expect(try verdicts(bundle.archive(), key: other.signer.verifier) == (true, true))
  }

  @Test("Another key's bundle is refused") func otherKey() throws {
    let other = try NoteSigner(name: BundleFixture.origin, kind: .note, key: .generate())
    #expect(try verdicts(log.bundle(of: 1).archive(), key: other.verifier) == (false, false))
  }

  @Test(
    "Every bundle that was tampered with is refused by both verifiers",
    arguments: [
      "tail", "middle", "head", "part", "salt", "missing part", "entry", "swapped proofs", "swapped entries",
      "foreign record", "checkpoint size", "checkpoint root", "signature", "missing proof", "proof line",
      "longer proof", "shorter proof", "missing checkpoint", "other index", "behind the end",
    ])
  func tampered(how: String) throws {
    var bundle = try log.bundle(of: 1)
    let foreign = try log.bundle(of: 2)
    var files = try files(bundle)
    switch how {
    case "tail": bundle.records.removeLast()
    case "middle": bundle.records.remove(at: 2)
    case "head": bundle.records.removeFirst()
    case "part": bundle.records[1].parts[1].bytes[0] ^= 1
    case "salt": bundle.records[1].parts[1].salt[0] ^= 1
    case "missing part": files["parts/00000001.wire"] = nil
    case "entry": bundle.records[2].entry[bundle.records[2].entry.count - 3] ^= 1
    case "swapped proofs":
      (files["proofs/00000002.tlog-proof"], files["proofs/00000003.tlog-proof"]) =
        (files["proofs/00000003.tlog-proof"], files["proofs/00000002.tlog-proof"])
    case "swapped entries": bundle.records.swapAt(2, 3)
    case "foreign record": bundle.records[2] = foreign.records[2]
    case "checkpoint size", "checkpoint root":
      let from = how.hasSuffix("size") ? "\n18\n" : "\n"
      let text = String(decoding: bundle.note.text, as: UTF8.self)
      let changed =
        how.hasSuffix("size")
        ? text.replacing(from, with: "\n19\n")
        : "\(BundleFixture.origin)\n18\n\(StrictBase64.encode([UInt8](repeating: 1, count: 32)))\n"
      try #require(changed != text)
      bundle.note.text = Array(changed.utf8)
    case "signature": bundle.note.signatures[0].bytes[9] ^= 1
    case "missing proof": files["proofs/00000004.tlog-proof"] = nil
    case "proof line": bundle.records[4].path[2] = .zero
    case "longer proof": bundle.records[4].path.append(.zero)
    case "shorter proof": bundle.records[4].path.removeLast()
    case "missing checkpoint": files["checkpoint"] = nil
    case "other index": bundle.records[4].index += 1
    case "behind the end":
      bundle.records.append(bundle.records[5])
    case _: Issue.record("no such case")
    }
    let changed = try self.files(bundle)
    let archive = try archive(of: changed == self.files(log.bundle(of: 1)) ? files : changed)
    #expect(try verdicts(archive) == (false, false), "\(how)")
  }

  @Test("A flipped bit anywhere in what is proven is found") func flips() throws {
    let files = try files(log.bundle(of: 1))
    var state: UInt64 = 7
    for (name, bytes) in files where !["README", "keys", "transcript.txt", "verify.sh"].contains(name) {
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var changed = files
        changed[name]?[Int(state >> 33) % bytes.count] ^= 1 << UInt8(state >> 60 & 7)
        #expect(throws: BundleCheck.Finding.self, "\(name)") {
          try BundleCheck.check(archive(of: changed), key: log.signer.verifier)
        }
      }
    }
  }

  @Test("An archive that is none, cut short, leads out of its folder or has a file twice is refused") func archives()
    throws
  {
    let whole = try log.bundle(of: 1).archive()
    for cut in stride(from: 0, to: whole.count - 1024, by: 997) {
      #expect(throws: (any Error).self) { try TarArchive.decode(Array(whole[..<cut])) }
    }
    for name in ["../x", "/x", "a/../b"] {
      #expect(throws: TarArchive.Malformed.self) {
        try TarArchive.decode(TarArchive.encode(.init(name, [1]), time: 0) + TarArchive.end)
      }
    }
    let one = TarArchive.encode(.init("a", [1]), time: 0)
    #expect(throws: TarArchive.Malformed.self) { try TarArchive.decode(one + one + TarArchive.end) }
  }
}

/// The script that a bundle carries, run on it.
enum ShellVerifier {
  static func run(_ archive: [UInt8], key: VerifierKey) throws -> (status: Int32, output: String) {
    let folder = NSTemporaryDirectory() + "steno-bundle-\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder + "/b", withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    try Data(archive).write(to: URL(fileURLWithPath: folder + "/b.tar"))
    try Data("\(key)\n".utf8).write(to: URL(fileURLWithPath: folder + "/vkey"))
    #expect(try Tool.run("tar", ["-xf", folder + "/b.tar", "-C", folder + "/b"]).status == 0)
    return try Tool.run("sh", [folder + "/b/verify.sh", folder + "/vkey"])
  }
}

/// A program of the system.
enum Tool {
  static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
