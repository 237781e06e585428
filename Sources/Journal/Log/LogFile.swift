import Foundation

/// Small files of a log: read with a limit, and replaced in one step.
enum LogFile {
  /// The whole file; `nil` where there is none.
  /// - Throws: `.storage` when it cannot be read or is larger than `limit` bytes.
  static func read(_ path: String, limit: Int) throws(LogFault) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw fault("cannot be read", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size <= limit else { throw fault("cannot be what it was", path) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var have = 0
    while have < bytes.count {
      let count = bytes.withUnsafeMutableBytes { memory in
        Foundation.read(descriptor, memory.baseAddress.map { $0 + have }, memory.count - have)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw fault("cannot be read", path) }
      guard count > 0 else { break }
      have += count
    }
    return Array(bytes[..<have])
  }

  /// Puts a file in place of another, or where there was none: readers see the old one or the new one.
  /// - Parameter isDurable: Whether the contents are on the disk before the name is: the name may then lag, but never
  ///   stands for less than the whole.
  static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600, isDurable: Bool) throws(LogFault) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw fault("cannot be written", path) }
    var written = write(bytes, to: descriptor)
    if written, isDurable { written = fdatasync(descriptor) == 0 }
    close(descriptor)
    guard written, rename(temporary, path) == 0 else {
      unlink(temporary)
      throw fault("cannot be written", path)
    }
  }

  /// Adds bytes at a file's end, durable on return.
  static func append(_ bytes: [UInt8], to path: String) throws(LogFault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw fault("cannot be written", path) }
    defer { close(descriptor) }
    guard write(bytes, to: descriptor), fdatasync(descriptor) == 0 else { throw fault("cannot be written", path) }
  }

  /// Makes names in a folder durable.
  static func syncFolder(_ path: String) throws(LogFault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("cannot be synced", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault("cannot be synced", path) }
  }

  /// Writes zeros over a file's bytes, durable on return. What a disk keeps of a block that it has replaced is beyond a program.
  static func overwrite(_ path: String) throws(LogFault) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw fault("cannot be overwritten", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size <= 1 << 20,
      write([UInt8](repeating: 0, count: Int(status.st_size)), to: descriptor), fsync(descriptor) == 0
    else { throw fault("cannot be overwritten", path) }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func fault(_ what: String, _ path: String) -> LogFault {
    let name = path.split(separator: "/").suffix(1).joined()
    return LogFault(.storage, "the log's file \(name) \(what) (\(String(cString: strerror(errno))))")
  }
}
