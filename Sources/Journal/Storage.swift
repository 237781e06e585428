/// An error number of the system.
package struct StorageFault: Error, Equatable, Sendable {
  package var number: Int32

  package init(number: Int32) {
    self.number = number
  }
}

/// The writing side of the file system, as far as a journal needs it. Tests put faults into it.
package protocol Storage: Sendable {
  /// Opens a file for writing; a new one must not be there yet and gets mode 0600. One that was sealed is writable again.
  func open(path: String, new: Bool) throws(StorageFault) -> any StorageFile
  func remove(path: String) throws(StorageFault)
  /// Gives a file the name of another one, which is gone then.
  func replace(path: String, by other: String) throws(StorageFault)
  /// Makes names in a directory durable.
  func syncDirectory(path: String) throws(StorageFault)
}

/// A file that is being written. It belongs to one thread at a time.
package protocol StorageFile: AnyObject {
  /// Writes at an offset; may write less than all of it.
  /// - Returns: Bytes written.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageFault) -> Int
  /// Makes contents, and the size where it has changed, durable.
  func sync() throws(StorageFault)
  func truncate(to length: Int) throws(StorageFault)
  /// Makes the file read-only, for its owner too: nothing is written to it any more.
  func seal() throws(StorageFault)
  func close()
}
