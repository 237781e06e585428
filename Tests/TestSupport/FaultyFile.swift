import Foundation
import Journal

/// A file of a `FaultyStorage`.
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
  func seal() throws(StorageFault) { try file.seal() }
  func close() { file.close() }
}
