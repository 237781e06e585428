import Foundation
import Journal
import SessionModel
import TestSupport
import Testing

@Suite struct SegmentPrunerTests {
  private func files(_ fixture: JournalFixture) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: fixture.path).filter { $0.contains(".seg") }.sorted()
  }

  /// Two segments: ten notes, and one behind them.
  private func written() throws -> JournalFixture {
    let fixture = JournalFixture()
    var options = JournalOptions()
    options.segmentLength = 2000
    options.aheadLength = 0
    try fixture.write([10, 1], options: options)
    #expect(try JournalDirectory(path: fixture.path).segments() == [0, 10])
    return fixture
  }

  @Test("Bodies go, entries and all other records stay byte for byte, and the space is free") func prunes() throws {
    let fixture = try written()
    let before = try fixture.readAll()
    let size = try JournalDirectory(path: fixture.path).storedBytes()
    let outcome = try SegmentPruner(directory: fixture.path).prune(segment: 0, upTo: 10) { $0 % 2 == 0 }
    #expect(outcome.records == 5)
    #expect(try JournalDirectory(path: fixture.path).storedBytes() == size - Int64(outcome.bytes))
    let after = try fixture.readAll()
    #expect(after.map(\.entry) == before.map(\.entry))
    #expect(after.map(\.leaf) == before.map(\.leaf))
    for (one, other) in zip(before, after) {
      #expect(other.isPruned == (one.index < 10 && one.index % 2 == 0))
      if !other.isPruned { #expect(one == other) }
    }
    #expect(try SegmentPruner(directory: fixture.path).prune(segment: 0, upTo: 10) { $0 % 2 == 0 }.records == 0)
  }

  @Test("A reader that had the segment open finds the new one") func openReader() throws {
    let fixture = try written()
    let reader = JournalReader(directory: fixture.path)
    #expect(try !reader.record(at: 4, limit: 11).isPruned)
    _ = try SegmentPruner(directory: fixture.path).prune(segment: 0, upTo: 10) { $0 < 4 }
    #expect(try reader.record(at: 3, limit: 11).isPruned)
    #expect(try !reader.record(at: 4, limit: 11).isPruned)
  }

  @Test(
    "Whatever fails on the way, the segment is the old one or the new one, and what is left over goes with the next opening",
    arguments: [
      (FaultyStorage.Place.write, ENOSPC), (.write, EIO), (.sync, EIO), (.replace, EIO), (.directory, EIO),
      (.shortWrite, ENOSPC),
    ])
  func faults(place: FaultyStorage.Place, number: Int32) throws {
    let fixture = try written()
    let old = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    let storage = FaultyStorage(place, number: number, after: 0)
    var failed = false
    do throws(JournalError) {
      _ = try SegmentPruner(directory: fixture.path, storage: storage).prune(segment: 0, upTo: 10) { _ in true }
    } catch {
      failed = true
      #expect(error.code == (number == EIO ? .storage : .full))
    }
    // A write that is short is gone on with.
    #expect(failed || place == .shortWrite)
    let now = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    #expect((now == old) == (place != .directory && failed))
    let records = try fixture.readAll()
    #expect(records.count == 11 && records[..<10].allSatisfy { $0.isPruned == (now != old) })
    #expect(try files(fixture).count == 2)
  }

  @Test("A half-made segment that a kill left is removed, and the old one counts") func leftOver() throws {
    let fixture = try written()
    let before = try fixture.readAll()
    try Data("half".utf8).write(to: URL(fileURLWithPath: fixture.firstSegment + ".new"))
    #expect(try fixture.readAll() == before)
    #expect(try files(fixture).count == 2)
    try Data("half".utf8).write(to: URL(fileURLWithPath: fixture.firstSegment + ".new"))
    #expect(try SegmentPruner(directory: fixture.path).prune(segment: 0, upTo: 10) { _ in true }.records == 10)
    #expect(try files(fixture).count == 2)
  }

  @Test("A damaged segment is not pruned") func damaged() throws {
    let fixture = try written()
    var data = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    data[600] ^= 1
    try data.write(to: URL(fileURLWithPath: fixture.firstSegment))
    #expect(throws: JournalError.self) {
      try SegmentPruner(directory: fixture.path).prune(segment: 0, upTo: 10) { _ in true }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment)) == data)
    #expect(try files(fixture).count == 2)
  }

  @Test("A tombstone reads back as it was written, and no other text is one") func codec() {
    var stone = Tombstone(policy: "a-month", keep: 2_592_000)
    for index: UInt64 in [3, 4, 5, 9, 11] { stone.add(index) }
    #expect(stone.text == "policy a-month\nkeep 2592000\nrun 3 3\nrun 9 1\nrun 11 1\n")
    #expect(Tombstone(text: Array(stone.text.utf8)) == stone)
    #expect((0..<14).filter { stone.contains($0) } == [3, 4, 5, 9, 11])
    for text in [
      "", "policy a\n", "policy a\nkeep -1\n", "policy a\nkeep 1\nrun 3 0\n", "policy a\nkeep 1\nrun 3 2\nrun 4 1\n",
      "policy a\nkeep 01\n", "policy a\nkeep 1\nrun 18446744073709551615 2\n", "policy a\nkeep 1\nrun 3 1",
    ] {
      #expect(Tombstone(text: Array(text.utf8)) == nil, "\(text)")
    }
  }
}
