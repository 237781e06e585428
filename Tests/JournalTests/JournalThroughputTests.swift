import Foundation
import Journal
import Testing

/// Measures, where `STENO_BENCHMARK` is set; builds for debugging say nothing of speed.
@Suite struct JournalThroughputTests {
  @Test(
    "500-byte records at batch 100 are appended and synced",
    .enabled(if: ProcessInfo.processInfo.environment["STENO_BENCHMARK"] != nil))
  func throughput() throws {
    let fixture = JournalFixture()
    let writer = try JournalWriter.open(directory: fixture.path).writer
    let processorBefore = clock()
    let start = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<3000 {
      for _ in 0..<100 { try fixture.append(writer, number: writer.nextIndex, size: 500) }
      try writer.commit()
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    let processor = Double(clock() - processorBefore) / Double(CLOCKS_PER_SEC)
    let raw = try rawSeconds(bytes: Int(try JournalDirectory(path: fixture.path).storedBytes()), writes: 3000)
    print(
      "journal append: \(Int(300_000 / seconds)) records/s, \(processor / 300_000 * 1e6) µs CPU a record;",
      "raw write and fdatasync of the same bytes: \(Int(300_000 / raw)) records/s")
    #expect(writer.durable == 300_000)
    writer.close()
  }

  private func rawSeconds(bytes: Int, writes: Int) throws -> Double {
    let path = NSTemporaryDirectory() + "steno-raw-\(UInt64.random(in: .min ... .max))"
    let file = try FileStorage().open(path: path, new: true)
    defer { unlink(path) }
    let batch = [UInt8](repeating: 7, count: bytes / writes)
    let start = DispatchTime.now().uptimeNanoseconds
    for number in 0..<writes {
      _ = try batch.withUnsafeBytes { try file.write($0, at: number * batch.count) }
      try file.sync()
    }
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
}
