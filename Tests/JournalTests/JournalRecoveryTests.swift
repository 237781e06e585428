import Foundation
import Journal
import SessionModel
import Testing

@Suite struct JournalRecoveryTests {
  private func small() -> JournalOptions {
    var options = JournalOptions()
    options.aheadLength = 0
    return options
  }

  @Test("A segment that ends is read-only for its owner too, and is gone on with where a crash came before the next")
  func sealed() throws {
    let fixture = JournalFixture()
    var options = JournalOptions(sealsSegments: true)
    options.segmentLength = 4000
    try fixture.write([20, 20, 20], options: options)
    let segments = try JournalDirectory(path: fixture.path).segments()
    #expect(segments.count > 1)
    func mode(_ first: UInt64) throws -> mode_t {
      var status = stat()
      try #require(stat(fixture.path + "/" + SegmentFormat.fileName(firstIndex: first), &status) == 0)
      return status.st_mode & 0o777
    }
    for first in segments.dropLast() { #expect(try mode(first) == 0o400) }
    let last = try #require(segments.last)
    #expect(try mode(last) == 0o600)
    chmod(fixture.path + "/" + SegmentFormat.fileName(firstIndex: last), 0o400)
    try fixture.write([5], options: JournalOptions())
    #expect(try fixture.readAll().count == 65)
  }

  @Test("What is committed reads back in order, across segments") func roundTrip() throws {
    let fixture = JournalFixture()
    var options = JournalOptions()
    options.segmentLength = 4000
    try fixture.write([3, 1, 20, 5, 7], options: options)
    let records = try fixture.readAll()
    #expect(records.map(\.index) == Array(0..<36))
    #expect(records.map(\.fields.sseq) == Array(0..<36))
    let reader = JournalReader(directory: fixture.path)
    for index in [UInt64](arrayLiteral: 35, 0, 17, 3, 34) {
      #expect(try reader.record(at: index, limit: 36) == records[Int(index)])
    }
  }

  @Test("A tail torn at any byte of the last frame is cut, and what was before it stays") func tornTails() throws {
    let fixture = JournalFixture()
    try fixture.write([2], options: small())
    let before = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment)).count
    try fixture.write([1], options: small())
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    for count in before..<whole.count {
      try whole[..<count].write(to: URL(fileURLWithPath: fixture.firstSegment))
      let opened = try JournalWriter.open(directory: fixture.path)
      #expect(opened.writer.durable == 2)
      // A frame's length begins with zeros: a tail of these alone is no different from the zeros ahead.
      #expect((opened.recovery.cut != nil) == whole[before..<count].contains { $0 != 0 })
      opened.writer.close()
    }
  }

  @Test("A flipped bit anywhere in a record is named by its record, also in the last one") func flippedBits() throws {
    let fixture = JournalFixture()
    try fixture.write([1, 1, 1], options: small())
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    let frame = (whole.count - 32) / 3
    for place in 32..<whole.count {
      var changed = whole
      changed[place] ^= 1 << UInt8(place % 8)
      try changed.write(to: URL(fileURLWithPath: fixture.firstSegment))
      let error = #expect(throws: JournalError.self) { try JournalWriter.open(directory: fixture.path) }
      #expect(error?.code == .damaged)
      #expect(error?.record == UInt64((place - 32) / frame))
    }
  }

  @Test("An unwritten sector in front of a later batch is damage, not a torn tail") func lostSector() throws {
    let fixture = JournalFixture()
    try fixture.write([8, 1], options: small())
    var whole = try Data(contentsOf: URL(fileURLWithPath: fixture.firstSegment))
    for place in 512..<1536 { whole[place] = 0 }
    try whole.write(to: URL(fileURLWithPath: fixture.firstSegment))
    #expect(throws: JournalError.self) { try JournalWriter.open(directory: fixture.path) }
  }

  @Test("A second writer is kept out") func lock() throws {
    let fixture = JournalFixture()
    let first = try JournalWriter.open(directory: fixture.path)
    let error = #expect(throws: JournalError.self) { try JournalWriter.open(directory: fixture.path) }
    #expect(error?.code == .locked)
    first.writer.close()
  }

  @Test("Fewer records than are known to be durable keep the journal shut") func rolledBack() throws {
    let fixture = JournalFixture()
    try fixture.write([2])
    let error = #expect(throws: JournalError.self) { try JournalWriter.open(directory: fixture.path, expecting: 3) }
    #expect(error?.code == .missing)
  }
}
