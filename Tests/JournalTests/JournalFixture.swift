import Evidence
import Foundation
import Journal
import SessionModel
import Signatures

/// A journal in a folder of its own, which goes with it.
final class JournalFixture {
  let path = NSTemporaryDirectory() + "steno-journal-\(UInt64.random(in: .min ... .max))"

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {}
  }

  func append(_ writer: JournalWriter, number: UInt64, size: Int = 100) throws {
    if writer.needsSegment { writer.roll() }
    let salt = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32)
    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(number) | 1) }
    try salt.withUnsafeBytes { salt in
      try body.withUnsafeBytes { body in
        try Array("gw/0".utf8).withUnsafeBufferPointer { name in
          let part = [RecordPart(name: .wire, salt: salt.baseAddress!, bytes: body)]
          _ = try part.withUnsafeBufferPointer {
            try writer.append(
              RecordHead(
                kind: .note, session: SessionID(rawValue: 1), sseq: number, prev: .zero, gateway: name,
                gseq: number + 1, claimedAt: Timestamp(microseconds: 1), receivedAt: Timestamp(microseconds: 2)),
              parts: $0)
          }
        }
      }
    }
  }

  func write(_ batches: [Int], options: JournalOptions = JournalOptions()) throws {
    let writer = try JournalWriter.open(directory: path, options: options).writer
    for count in batches {
      for _ in 0..<count { try append(writer, number: writer.nextIndex) }
      try writer.commit()
    }
    writer.close()
  }

  func readAll() throws -> [StoredRecord] {
    let opened = try JournalWriter.open(directory: path)
    let cursor = JournalCursor(directory: path)
    var records: [StoredRecord] = []
    while let record = try cursor.next(limit: opened.writer.durable) { records.append(record) }
    return records
  }

  var firstSegment: String { path + "/" + SegmentFormat.fileName(firstIndex: 0) }
}
