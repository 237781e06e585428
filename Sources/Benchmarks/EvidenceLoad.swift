import Evidence
import Foundation
import Journal
import Logging
import NIOPosix
import Recorder
import SessionModel
import Signatures

/// What the log's proofs cost: checking, appending under checkpoints, proving, exporting, starting.
struct EvidenceLoad {
  var directory: String
  /// Records of the large store and leaves of the large tree.
  var entries: Int
  /// Records of the stores that are appended to and verified.
  var records = 200_000

  private static let origin = "bench/steno"
  private let hasher = SHA256()

  func run() throws {
    try verify()
    try append()
    try prove()
    try bundle()
    try start()
  }

  // MARK: Figures

  /// Verifying a store, against `openssl speed` of SHA-256 on as many processors, in blocks of a record's size.
  private func verify() throws {
    let store = "\(directory)/verify"
    // Several segments for each processor, as a real store has.
    let records = 4 * self.records
    try fill(store, records, signs: true)
    defer { remove(store) }
    let bytes = try JournalDirectory(path: store).storedBytes()
    var best = Double.infinity
    for _ in 0..<3 {
      let time = try seconds {
        let report = try StoreVerifier(store: store).verify()
        guard report.finding == nil, report.records == UInt64(records) else { throw Broken() }
      }
      best = min(best, time)
    }
    let rate = Double(bytes) / best
    let size = Int(bytes) / records
    let raw = try openssl(block: size)
    line(
      "verify", "\(megabytes(rate)), openssl speed sha256 in blocks of \(size) bytes \(megabytes(raw))",
      String(format: "%.2f", rate / raw), "0.70 or more")
  }

  /// Appending in batches of 100 while another thread grows the tree and signs, against nobody doing so.
  private func append() throws {
    var ratios: [Double] = []
    var rate = 0.0
    for _ in 0..<3 {
      let bare = try timedFill(signs: false)
      let signed = try timedFill(signs: true)
      ratios.append(bare / signed)
      rate = Double(records) / signed
    }
    line(
      "append with tree and checkpoints", "\(Int(rate)) records/s",
      String(format: "%.2f of without", ratios.sorted()[1]), "0.85 or more")
  }

  /// The proof of one entry among many, its tiles read from files.
  private func prove() throws {
    let store = "\(directory)/tiles"
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    defer { remove(store) }
    let tiles = TileStore(store: store)
    var tree = TileBuilder()
    for number in 0..<entries {
      let leaf = withUnsafeBytes(of: UInt64(number)) { Leaf.hash($0, with: hasher) }
      try tree.append(leaf, with: hasher) { try tiles.write($0) }
    }
    let root = tree.root(with: hasher)
    var times: [Double] = []
    for round in 0..<100 {
      let index = UInt64(round * 7_919 % entries)
      let head = PublishedHashes(tree: tree, tiles: tiles)
      times.append(
        try seconds {
          let path = try InclusionProof.path(index: index, size: tree.size, in: head.hashes(), with: hasher)
          let leaf = withUnsafeBytes(of: index) { Leaf.hash($0, with: hasher) }
          guard InclusionProof.isValid(path, leaf: leaf, index: index, size: tree.size, root: root) else {
            throw Broken()
          }
        })
    }
    times.sort()
    line(
      "proof of one of \(entries) entries", "median of 100; 99 of 100 within \(milliseconds(times[98]))",
      milliseconds(times[50]), "5 ms or less")
  }

  /// A bundle of 1,000 steps: read, proven and written.
  private func bundle() throws {
    let store = "\(directory)/bundle"
    try fill(store, 2000, signs: true)
    defer { remove(store) }
    guard let bytes = try CheckpointFiles(store: store).latest() else { throw Broken() }
    let note = try SignedNote(parsing: bytes)
    let size = try Checkpoint(text: note.text).size
    var written = 0
    let time = try seconds {
      let tiles = TileStore(store: store)
      let cursor = JournalCursor(directory: store)
      var tree = TileBuilder()
      var records: [StoredRecord] = []
      while let record = try cursor.next(limit: size) {
        tree.append(SHA256.Digest(record.leaf), with: hasher) { _ in }
        records.append(record)
      }
      let hashes = PublishedHashes(tree: tree, tiles: tiles).hashes()
      let bundle = EvidenceBundle(
        note: note, keys: [],
        records: try records.map { record in
          EvidenceBundle.Record(
            index: record.index, entry: record.entry,
            path: try InclusionProof.path(index: record.index, size: size, in: hashes, with: hasher),
            parts: record.bodies.map { .init(salt: $0.salt, bytes: $0.bytes) })
        }, transcript: [])
      try bundle.write { written += $0.count }
    }
    line("bundle of 1,000 steps", "\(written >> 20) MiB", milliseconds(time), "1000 ms or less")
  }

  /// A recorder's start on a store whose writer was killed in the middle of a write.
  private func start() throws {
    let store = "\(directory)/start"
    try fill(store, entries, signs: true)
    defer { remove(store) }
    guard let last = try JournalDirectory(path: store).segments().last,
      let file = FileHandle(forWritingAtPath: JournalDirectory(path: store).path(ofSegment: last))
    else { throw Broken() }
    try file.seekToEnd()
    try file.write(contentsOf: Data([0, 0, 2, 0]) + Data(repeating: 0, count: 600))
    try file.close()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let log = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let settings = RecorderSettings(
      store: store, ingest: "", query: "", origin: Self.origin, gateways: [:], trial: true)
    let time = try seconds {
      let opened = try OpenedLog.open(store: store, origin: Self.origin)
      guard opened.tree.size == UInt64(entries) else { throw Broken() }
      _ = try RecorderCore(settings: settings, eventLoop: group.next(), log: log)
    }
    try group.syncShutdownGracefully()
    line("start after a crash on \(entries) entries", "", milliseconds(time), "2000 ms or less")
  }

  // MARK: Means

  private struct Broken: Error {}

  /// A tree's hashes, as a recorder proves from.
  private struct PublishedHashes {
    var tree: TileBuilder
    var tiles: TileStore

    func hashes() -> TiledHashes {
      TiledHashes(tree) { [tiles] level, number in
        guard let hashes = try tiles.read(level: level, number: number) else {
          throw TiledHashes.Missing(level: level, number: number)
        }
        return hashes
      }
    }
  }

  private func timedFill(signs: Bool) throws -> Double {
    let store = "\(directory)/append"
    defer { remove(store) }
    return try fill(store, records, signs: signs)
  }

  /// Appends records of 500 bytes in batches of 100; with a thread behind that signs as a recorder's does.
  /// - Returns: Seconds that the appending took.
  @discardableResult
  private func fill(_ store: String, _ count: Int, signs: Bool) throws -> Double {
    let log = signs ? try LogWriter(store: store, log: OpenedLog.open(store: store, origin: Self.origin)) : nil
    let writer = try JournalWriter.open(directory: store).writer
    let follower = log.map { Follower(log: $0) }
    follower?.start()
    let salt = [UInt8](repeating: 7, count: 32)
    let body = [UInt8](repeating: 0x61, count: 500)
    let gateway = Array("bench/0".utf8)
    var prev = SHA256.Digest.zero
    let time = try seconds {
      for number in 0..<count {
        if writer.needsSegment { writer.roll() }
        try salt.withUnsafeBytes { salt in
          try body.withUnsafeBytes { body in
            try gateway.withUnsafeBufferPointer { name in
              guard let base = salt.baseAddress else { return }
              let part = RecordPart(name: .wire, salt: base, bytes: body)
              prev = try withUnsafePointer(to: part) { part in
                try writer.append(
                  RecordHead(
                    kind: number == 0 ? .sessionStart : number == count - 1 ? .sessionEnd : .request,
                    session: SessionID(rawValue: 1), sseq: UInt64(number), prev: prev, gateway: name,
                    gseq: UInt64(number + 1), claimedAt: Timestamp(microseconds: 1_700_000_000_000_000),
                    receivedAt: Timestamp(microseconds: 1_700_000_000_000_000)),
                  parts: UnsafeBufferPointer(start: part, count: 1)
                ).leaf
              }
            }
          }
        }
        if number % 100 == 99 {
          try writer.commit()
          follower?.reached(writer.durable)
        }
      }
      try writer.commit()
    }
    writer.close()
    try follower?.finish(at: writer.durable)
    return time
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let begun = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - begun) / 1e9
  }

  /// Bytes a second of `openssl speed`, on all processors.
  private func openssl(block: Int) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = [
      "speed", "-mr", "-seconds", "2", "-bytes", "\(block)", "-multi",
      "\(ProcessInfo.processInfo.activeProcessorCount)", "-evp", "sha256",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try Shell.launch(process)
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // The last line that begins so is the sum of all processes: `+F:N:NAME:BYTES`.
    guard let last = output.split(separator: "\n").last(where: { $0.hasPrefix("+F:") }),
      let rate = last.split(separator: ":").last.flatMap({ Double($0) })
    else { throw Broken() }
    return rate
  }

  private func remove(_ store: String) {
    do { try FileManager.default.removeItem(atPath: store) } catch {}
  }

  private func megabytes(_ rate: Double) -> String { "\(Int(rate / 1e6)) MB/s" }
  private func milliseconds(_ time: Double) -> String { String(format: "%.1f ms", time * 1000) }

  private func line(_ what: String, _ detail: String, _ figure: String, _ wanted: String) {
    say(what.padded(44) + figure.padded(18) + "(\(wanted))".padded(18) + detail)
  }
}

/// Grows a log's tree behind what is durable and signs, at the pace of a recorder, on a thread of its own.
///
/// The log is touched by that thread alone until it has ended; what is shared stands under the condition's lock.
private final class Follower: @unchecked Sendable {
  private let log: LogWriter
  private let condition = NSCondition()
  private var durable: UInt64 = 0
  private var isOver = false
  private var isDone = false
  private var failure: (any Error)?

  init(log: LogWriter) {
    self.log = log
  }

  func start() {
    Thread.detachNewThread { [self] in
      while true {
        condition.lock()
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.08))
        let (limit, isLast) = (durable, isOver)
        condition.unlock()
        do { _ = try log.advance(to: limit) } catch { failure = error }
        if isLast || failure != nil { break }
      }
      condition.lock()
      isDone = true
      condition.broadcast()
      condition.unlock()
    }
  }

  func reached(_ durable: UInt64) {
    condition.lock()
    self.durable = durable
    condition.unlock()
  }

  /// Has the last head signed.
  func finish(at durable: UInt64) throws {
    condition.lock()
    self.durable = durable
    isOver = true
    condition.broadcast()
    while !isDone { condition.wait() }
    condition.unlock()
    if let failure { throw failure }
    try log.keep()
  }
}
