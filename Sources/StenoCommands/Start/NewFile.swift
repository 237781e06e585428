import Foundation
import Glibc

/// Files that must not replace others.
enum NewFile {
  /// Writes a file that is not there yet.
  /// - Throws: `CommandFailure` where it exists, or cannot be made.
  static func write(_ text: String, to path: String, mode: mode_t) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw CommandFailure("\(path) exists and is not overwritten; take another name, or remove it yourself")
      }
      throw CommandFailure("cannot make \(path) (\(String(cString: strerror(errno))))")
    }
    defer { close(descriptor) }
    fchmod(descriptor, mode)
    try fill(descriptor, with: text, path)
  }

  /// Replaces a file's content in one step, with the same mode: readers see the old text or the new.
  static func replace(_ path: String, with text: String) throws {
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o600
    let temporary = "\(path).\(getpid()).new"
    try write(text, to: temporary, mode: mode)
    guard rename(temporary, path) == 0 else {
      unlink(temporary)
      throw CommandFailure("cannot replace \(path) (\(String(cString: strerror(errno))))")
    }
  }

  /// Makes a directory with mode 0700, where there is none.
  static func directory(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure("cannot make the folder \(path); check that its parent exists and is yours")
    }
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private static func fill(_ descriptor: Int32, with text: String, _ path: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw CommandFailure("cannot write \(path) (\(String(cString: strerror(errno))))") }
      rest = rest.dropFirst(count)
    }
  }
}
