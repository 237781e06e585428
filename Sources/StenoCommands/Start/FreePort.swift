import Glibc

enum FreePort {
  /// The first port from `start` on that is free on this address and not among `taken`.
  static func from(_ start: Int, host: String = "127.0.0.1", taken: Set<Int> = []) throws -> Int {
    for port in start..<min(start + 1000, 65_536) where !taken.contains(port) && isFree(port, host: host) {
      return port
    }
    throw CommandFailure("no free port from \(start) on; name one with --listen NAME=HOST:PORT")
  }

  /// A port that the kernel chooses.
  static func any() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw CommandFailure("cannot make a socket") }
    defer { close(descriptor) }
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        bind(descriptor, plain, length) == 0 && getsockname(descriptor, plain, &length) == 0
      }
    }
    guard named else { throw CommandFailure("cannot find a free port on 127.0.0.1") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func isFree(_ port: Int, host: String) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = loopback(port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
