import Foundation
import Journal
import TestSupport
import Testing

@Suite struct PowerLossTests {
  private func put(_ files: [String: [UInt8]], _ path: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name)) }
  }

  @Test(
    "Whatever a power loss leaves of what was not synced, every acknowledged record is there and nothing else counts",
    arguments: [0, 2048])
  func append(ahead: Int) throws {
    let fixture = JournalFixture()
    let storage = RecordedStorage()
    var options = JournalOptions()
    options.segmentLength = 3000
    options.aheadLength = ahead
    let writer = try JournalWriter.open(directory: fixture.path, options: options, storage: storage).writer
    for batch in [1, 3, 2, 5, 1, 4, 1] {
      for _ in 0..<batch { try fixture.append(writer, number: writer.nextIndex, size: 200) }
      try writer.commit()
      storage.note(.acknowledged(writer.durable))
    }
    writer.close()
    let whole = try fixture.readAll()
    var random = SplitMix(state: 11)
    let lost = JournalFixture()
    for count in 0...storage.operations.count {
      var acknowledged: UInt64 = 0
      for operation in storage.operations.prefix(count) {
        if case .acknowledged(let durable) = operation { acknowledged = durable }
      }
      for _ in 0..<6 {
        try put(RecordedStorage.loss(behind: count, of: storage.operations, using: &random), lost.path)
        let opened = try JournalWriter.open(directory: lost.path)
        #expect(opened.writer.durable >= acknowledged, "behind operation \(count)")
        opened.writer.close()
        #expect(try lost.readAll() == Array(whole.prefix(Int(opened.writer.durable))))
      }
    }
  }

  @Test("Whatever a power loss leaves of a segment that is being pruned, it is the old one or the new one") func prune()
    throws
  {
    let fixture = JournalFixture()
    var options = JournalOptions()
    options.segmentLength = 3000
    options.aheadLength = 0
    try fixture.write([10, 1], options: options)
    var files: [String: [UInt8]] = [:]
    for first in try JournalDirectory(path: fixture.path).segments() {
      let name = SegmentFormat.fileName(firstIndex: first)
      files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/" + name)))
    }
    let before = try fixture.readAll()
    let next = try #require(try JournalDirectory(path: fixture.path).segments().last)
    let storage = RecordedStorage()
    _ = try SegmentPruner(directory: fixture.path, storage: storage).prune(segment: 0, upTo: next) { $0 % 3 == 0 }
    let after = try fixture.readAll()
    var random = SplitMix(state: 12)
    let lost = JournalFixture()
    for count in 0...storage.operations.count {
      for _ in 0..<6 {
        try put(RecordedStorage.loss(behind: count, of: storage.operations, files: files, using: &random), lost.path)
        let found = try lost.readAll()
        #expect(found == before || found == after, "behind operation \(count)")
        if count == storage.operations.count { #expect(found == after) }
      }
    }
  }
}
