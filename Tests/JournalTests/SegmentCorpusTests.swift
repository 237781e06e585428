import Evidence
import Foundation
import Journal
import SessionModel
import TestSupport
import Testing

/// The sample store, which real programs have written, and what becomes of it when its bytes change.
@Suite("The sample store's segment") struct SegmentCorpusTests {
  static let segment = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures/store/00000000000000000000.seg")

  private func records(_ directory: String, _ limit: UInt64) throws -> [StoredRecord] {
    let cursor = JournalCursor(directory: directory)
    var records: [StoredRecord] = []
    while let record = try cursor.next(limit: limit) { records.append(record) }
    return records
  }

  private func place(_ bytes: [UInt8], in folder: TemporaryFolder) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + SegmentCorpusTests.segment.lastPathComponent))
  }

  @Test("It is intact, and every entry in it is read and written again as the same bytes")
  func intact() throws {
    let folder = try TemporaryFolder()
    try place([UInt8](try Data(contentsOf: SegmentCorpusTests.segment)), in: folder)
    let report = try JournalVerifier(directory: folder.path).verify()
    #expect(report.finding == nil && report.sessions == 3)
    for record in try records(folder.path, report.records) {
      #expect(try EntryReader.parse(record.entry) == record.fields)
    }
  }

  @Test("A changed, missing or added byte, wherever it is, is found", arguments: 0..<8)
  func mutated(_ seed: UInt64) throws {
    let bytes = [UInt8](try Data(contentsOf: SegmentCorpusTests.segment))
    let folder = try TemporaryFolder()
    var random = SplitMix(state: seed)
    for _ in 0..<60 {
      var changed = bytes
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: changed.remove(at: place)
      case _: changed.insert(UInt8.random(in: 0...255, using: &random), at: place)
      }
      try self.place(changed, in: folder)
      let report = try JournalVerifier(directory: folder.path).verify()
      // What is added where a byte of the same value stands may be the same file.
      #expect(report.finding != nil || changed == bytes, "at \(place)")
    }
  }

  @Test("Entries with bytes changed are refused or come out as they went in", arguments: 0..<4)
  func entries(_ seed: UInt64) throws {
    let folder = try TemporaryFolder()
    try place([UInt8](try Data(contentsOf: SegmentCorpusTests.segment)), in: folder)
    var random = SplitMix(state: seed)
    for record in try records(folder.path, 30) {
      for _ in 0..<50 {
        var entry = record.entry
        entry[Int.random(in: 0..<entry.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        if let fields = try? EntryReader.parse(entry) { #expect(EntryWriter.bytes(of: fields) == entry) }
      }
    }
  }
}
