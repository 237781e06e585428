import Foundation
import Journal
import TestSupport
import Testing

@Suite struct JournalFaultTests {
  @Test(
    "After a fault nothing of its batch counts, and a new writer goes on behind the last durable record",
    arguments: [
      (FaultyStorage.Place.write, ENOSPC), (.write, EIO), (.sync, EIO), (.sync, ENOSPC), (.shortWrite, ENOSPC),
    ])
  func faults(place: FaultyStorage.Place, number: Int32) throws {
    for after in 0..<6 {
      let fixture = JournalFixture()
      var options = JournalOptions()
      options.aheadLength = 0
      let storage = FaultyStorage(place, number: number, after: after)
      let writer = try JournalWriter.open(directory: fixture.path, options: options, storage: storage).writer
      var acknowledged: UInt64 = 0
      var failed = false
      for _ in 0..<8 {
        do {
          for _ in 0..<3 { try fixture.append(writer, number: writer.nextIndex) }
          try writer.commit()
          acknowledged = writer.durable
        } catch let error as JournalError {
          if !failed, place != .shortWrite { #expect(error.code == (number == EIO ? .storage : .full)) }
          failed = true
          break
        }
      }
      #expect(failed || place == .shortWrite)
      #expect(writer.durable == acknowledged)
      if failed { #expect(throws: JournalError.self) { try writer.commit() } }
      writer.close()
      let again = try JournalWriter.open(directory: fixture.path, expecting: acknowledged).writer
      #expect(again.durable == acknowledged)
      try fixture.append(again, number: again.nextIndex)
      try again.commit()
      again.close()
      #expect(try fixture.readAll().count == Int(acknowledged) + 1)
    }
  }
}
