import Foundation

/// The file system itself.
package struct FileStorage: Storage {
  package init() {}

  package func open(path: String, new: Bool) throws(StorageFault) -> any StorageFile {
    var descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC | (new ? O_CREAT | O_EXCL : 0), 0o600)
    // A segment was sealed, and a crash came before there was a next one: it is the one to go on with.
    if descriptor < 0, errno == EACCES, !new, chmod(path, 0o600) == 0 {
      descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw StorageFault(number: errno) }
    return DescriptorFile(descriptor: descriptor)
  }

  package func remove(path: String) throws(StorageFault) {
    guard unlink(path) == 0 else { throw StorageFault(number: errno) }
  }

  package func replace(path: String, by other: String) throws(StorageFault) {
    guard rename(other, path) == 0 else { throw StorageFault(number: errno) }
  }

  package func syncDirectory(path: String) throws(StorageFault) {
    let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageFault(number: errno) }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StorageFault(number: errno) }
  }
}

final class DescriptorFile: StorageFile {
  private var descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close()
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageFault) -> Int {
    while true {
      let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw StorageFault(number: errno) }
    }
  }

  func sync() throws(StorageFault) {
    // Not repeated on EINTR or anything else: after a failed sync the kernel may have dropped what it could not write.
    guard fdatasync(descriptor) == 0 else { throw StorageFault(number: errno) }
  }

  func truncate(to length: Int) throws(StorageFault) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw StorageFault(number: errno) }
  }

  func seal() throws(StorageFault) {
    guard fchmod(descriptor, 0o400) == 0 else { throw StorageFault(number: errno) }
  }

  func close() {
    if descriptor >= 0 { Foundation.close(descriptor) }
    descriptor = -1
  }
}
