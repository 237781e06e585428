import Foundation
import Journal
import Synchronization
import Testing

/// A file system whose writes or syncs fail once their number is up.
final class FaultyStorage: Storage, Sendable {
  enum Place: Sendable { case write, sync, shortWrite }

  let place: Place
  let number: Int32
  let remaining: Mutex<Int>

  init(_ place: Place, number: Int32, after count: Int) {
    self.place = place
    self.number = number
    remaining = Mutex(count)
  }

  func open(path: String, new: Bool) throws(StorageFault) -> any StorageFile {
    FaultyFile(file: try FileStorage().open(path: path, new: new), storage: self)
  }

  func remove(path: String) throws(StorageFault) { try FileStorage().remove(path: path) }
  func syncDirectory(path: String) throws(StorageFault) { try FileStorage().syncDirectory(path: path) }

  func isDue(_ place: Place) -> Bool {
    guard place == self.place else { return false }
    return remaining.withLock {
      $0 -= 1
      return $0 < 0
    }
  }
}

final class FaultyFile: StorageFile {
  let file: any StorageFile
  let storage: FaultyStorage

  init(file: any StorageFile, storage: FaultyStorage) {
    self.file = file
    self.storage = storage
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageFault) -> Int {
    if storage.isDue(.write) { throw StorageFault(number: storage.number) }
    if storage.isDue(.shortWrite) {
      guard bytes.count > 7 else { throw StorageFault(number: storage.number) }
      return try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<7]), at: offset)
    }
    return try file.write(bytes, at: offset)
  }

  func sync() throws(StorageFault) {
    if storage.isDue(.sync) { throw StorageFault(number: storage.number) }
    try file.sync()
  }

  func truncate(to length: Int) throws(StorageFault) { try file.truncate(to: length) }
  func close() { file.close() }
}

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
