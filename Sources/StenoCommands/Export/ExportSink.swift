import Foundation
import Glibc

/// Where an export goes: standard output, or a file that has its name only once it is whole.
final class ExportSink {
  /// The file; nil for standard output.
  let name: String?
  private let descriptor: Int32

  /// - Parameter name: `-` for standard output.
  init(_ name: String) throws {
    guard name != "-" else {
      self.name = nil
      descriptor = 1
      return
    }
    self.name = name
    // What was captured is for whoever exports it alone.
    descriptor = open(name + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure("cannot write \(name) (\(String(cString: strerror(errno)))); name another file with -o")
    }
  }

  func write(_ bytes: [UInt8]) throws {
    guard let name else { return StandardOutput.bytes(bytes) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw CommandFailure("cannot write \(name) (\(String(cString: strerror(errno))))") }
      rest = rest.dropFirst(count)
    }
  }

  func finish() throws {
    guard let name else { return }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(name + ".new", name) == 0 else {
      throw CommandFailure("cannot write \(name) (\(String(cString: strerror(errno))))")
    }
  }

  func discard() {
    guard let name else { return }
    close(descriptor)
    unlink(name + ".new")
  }
}
