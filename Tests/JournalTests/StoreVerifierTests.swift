import Evidence
import Foundation
import Journal
import SessionModel
import Signatures
import Testing

@Suite struct StoreVerifierTests {
  @Test("A store with its log is intact, across restarts and segments") func intact() throws {
    let store = LogFixture()
    try store.write(700, segmentLength: 40_000)
    try store.write(5)
    let report = try store.verify()
    #expect(report.finding == nil)
    #expect(report.records == 705)
    #expect(report.sessions == 4)
    #expect(report.unsigned == 0)
    #expect(report.checkpoint?.checkpoint.size == 705)
    #expect(try JournalDirectory(path: store.path).segments().count > 3)
  }

  @Test("Any single flipped bit of any file is found") func flips() throws {
    let store = LogFixture()
    try store.write(300, segmentLength: 60_000)
    let files = try store.files()
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: .min ... .max, using: &random)
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for (name, data) in files.sorted(by: { $0.key < $1.key }) where name != "lock" && name != "log.key" {
      for round in 0..<24 {
        var changed = data
        // The first places are the structural ones: headers and lengths.
        let place = round < 8 ? min(round * 5, data.count - 1) : next(data.count)
        changed[place] ^= 1 << UInt8(next(8))
        try store.put(changed, name)
        #expect(try store.verify().finding != nil, "\(name) byte \(place), seed \(seed)")
      }
      try store.put(data, name)
    }
    #expect(try store.verify().finding == nil)
  }

  @Test("A flipped bit in a record names that record", arguments: [0, 7, 128, 255, 256, 290])
  func named(record: Int) throws {
    let store = LogFixture()
    try store.write(300)
    let name = SegmentFormat.fileName(firstIndex: 0)
    var data = try #require(try store.files()[name])
    let text = Data("body of record \(record),".utf8)
    let place = try #require(data.range(of: text)).lowerBound
    data[place] ^= 1
    try store.put(data, name)
    let finding = try store.verify().finding
    #expect(finding?.record == UInt64(record))
    #expect(finding?.fault == .edited)
  }

  @Test("A journal cut at any record is truncated, named at the first one that is gone", arguments: [1, 255, 256, 299])
  func truncated(records: UInt64) throws {
    let store = LogFixture()
    try store.write(300)
    let frames = try store.frames()
    let end = frames[Int(records) - 1].upperBound
    let name = SegmentFormat.fileName(firstIndex: 0)
    try store.put(try #require(try store.files()[name]).prefix(end), name)
    let finding = try store.verify().finding
    #expect(finding?.record == records)
    #expect(finding?.fault == .truncated)
    #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
  }

  @Test("Removed, doubled and exchanged records are named", arguments: [(10, 11), (150, 151), (270, 271)])
  func moved(first: Int, second: Int) throws {
    let store = LogFixture()
    try store.write(300)
    let name = SegmentFormat.fileName(firstIndex: 0)
    let whole = try #require(try store.files()[name])
    let frames = try store.frames()
    let (one, two) = (whole[frames[first]], whole[frames[second]])
    func check(_ middle: Data, _ fault: JournalVerifier.Fault, at record: Int) throws {
      try store.put(whole[..<frames[first].lowerBound] + middle + whole[frames[second].upperBound...], name)
      let finding = try store.verify().finding
      #expect(finding?.record == UInt64(record))
      #expect(finding?.fault == fault, "\(String(describing: finding))")
    }
    try check(two, .removed, at: first)
    try check(one + one + two, .reordered, at: second)
    let swapped = try #require(try store.verifying(two + one, whole, frames[first], frames[second], name))
    #expect(swapped.record == UInt64(first))
    #expect([.removed, .reordered].contains(swapped.fault))
  }

  @Test("A missing segment is named", arguments: [0, 1, 2]) func segments(place: Int) throws {
    let store = LogFixture()
    try store.write(300, segmentLength: 40_000)
    let segments = try JournalDirectory(path: store.path).segments()
    try #require(segments.count > 2)
    let gone = place == 2 ? segments.count - 1 : place
    unlink(store.path + "/" + SegmentFormat.fileName(firstIndex: segments[gone]))
    let finding = try store.verify().finding
    #expect(finding?.record == segments[gone])
    #expect(finding?.fault == (place == 2 ? .truncated : .removed))
    // A recorder finds it too when it starts, also between others.
    let fault = #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
    #expect(fault?.detail.contains("record ") == true, "\(String(describing: fault))")
  }

  @Test("An older state put back under newer checkpoints, and an older checkpoint over a newer one, are found")
  func rollback() throws {
    let store = LogFixture()
    try store.write(100)
    let old = try store.files()
    let key = try #require(try LogKey(store: store.path).verifier())
    try store.write(60)
    let new = try store.files()
    let latest = try #require(try CheckpointFiles(store: store.path).latest())
    // The journal alone is put back.
    for (name, data) in old where name.hasSuffix(".seg") { try store.put(data, name) }
    #expect(try store.verify().finding?.fault == .truncated)
    #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
    // The journal and the last checkpoint.
    try store.put(all: new)
    for (name, data) in old where name.hasSuffix(".seg") || name == "checkpoint" { try store.put(data, name) }
    #expect(try store.verify().finding?.fault == .rolledBack)
    #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
    // All of it: only a checkpoint that somebody else has kept shows it.
    try FileManager.default.removeItem(atPath: store.path + "/tile")
    try store.put(all: old.filter { !$0.key.hasPrefix("tile") })
    #expect(try store.verify(key).finding == nil)
    #expect(try store.verify(key, others: [latest]).finding?.fault == .rolledBack)
  }

  @Test("Another past under the same key is forked; another key's log is forged") func forked() throws {
    let store = LogFixture()
    try store.write(100)
    let key = try #require(try LogKey(store: store.path).verifier())
    let seen = try #require(try CheckpointFiles(store: store.path).latest())
    let other = LogFixture()
    try other.write(120)
    #expect(try other.verify(key).finding?.fault == .forged)
    for name in ["log.key", "log.vkey", "checkpoint"] { try other.put(try #require(try store.files()[name]), name) }
    #expect(try other.verify().finding != nil)
    #expect(try store.verify(key, others: [seen]).finding == nil)
  }

  @Test(
    "A store whose key or checkpoints are gone is not intact, and no recorder starts on it",
    arguments: ["log.vkey", "checkpoint", "log.key"])
  func gone(name: String) throws {
    let store = LogFixture()
    try store.write(20)
    unlink(store.path + "/" + name)
    if name != "log.key" { #expect(try store.verify().finding?.fault == .unsigned) }
    #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
  }

  @Test("A short unsigned end is what a killed recorder leaves; a long one is a finding") func unsigned() throws {
    let store = LogFixture()
    try store.write(100)
    try store.write(50, signs: false)
    let short = try store.verify()
    #expect(short.finding == nil)
    #expect(short.unsigned == 50)
    try store.write(6000, batch: 1000, signs: false)
    #expect(
      try store.verify().finding
        == .init(
          record: 100, fault: .unsigned, detail: "6050 records over 6 s stand behind the last checkpoint"))
  }

  @Test("A recorder makes lost tiles anew; a tile that was changed is a finding until then") func tiles() throws {
    let store = LogFixture()
    try store.write(600)
    let before = try store.files().filter { $0.key.hasPrefix("tile") }
    try FileManager.default.removeItem(atPath: store.path + "/tile")
    #expect(try store.verify().finding == nil)
    #expect(try OpenedLog.open(store: store.path, origin: LogFixture.origin).note != nil)
    let name = "tile/0/000"
    #expect(try store.files()[name] == before[name])
    var changed = try #require(before[name])
    changed[32 * 9] ^= 1
    try store.put(changed, name)
    #expect(try store.verify().finding?.record == 9)
    #expect(try OpenedLog.open(store: store.path, origin: LogFixture.origin).tree.size == 600)
  }
}

extension LogFixture {
  /// Where each frame of the first segment lies.
  func frames() throws -> [Range<Int>] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/" + SegmentFormat.fileName(firstIndex: 0)))
    var frames: [Range<Int>] = []
    var offset = SegmentFormat.headerLength
    while offset + 4 <= data.count {
      let length = data[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length > 0 else { break }
      frames.append(offset..<(offset + SegmentFormat.frameHeaderLength + length))
      offset += SegmentFormat.frameHeaderLength + length
    }
    return frames
  }

  func verifying(
    _ middle: Data, _ whole: Data, _ first: Range<Int>, _ second: Range<Int>, _ name: String
  ) throws -> JournalVerifier.Finding? {
    try put(whole[..<first.lowerBound] + middle + whole[second.upperBound...], name)
    return try verify().finding
  }
}
