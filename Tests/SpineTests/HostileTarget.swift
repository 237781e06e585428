import Foundation

/// A server that lets a gateway log in, answers its first message with bytes of the test's choice, and goes on listening.
final class HostileTarget {
  let port: Int
  private let descriptor: Int32

  /// - Parameters:
  ///   - login: What it says to the StartupMessage.
  ///   - answer: What it says to the first message behind that.
  ///   - staysOpen: Whether it then waits for the gateway to close, rather than closing itself.
  init(
    login: [UInt8] = HostileTarget.welcome, answer: [UInt8], staysOpen: Bool = true
  ) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = descriptor
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, length) == 0 && listen(listening, 8) == 0 && getsockname(listening, $0, &length) == 0
      }
    }
    guard bound else { throw Program.Missing(description: "no free port") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread {
      while case let peer = accept(listening, nil, nil), peer >= 0 {
        HostileTarget.serve(peer, login, answer, staysOpen)
        close(peer)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  static let welcome =
    Wire.message("R", Wire.int32(0)) + Wire.message("S", Wire.text("client_encoding") + Wire.text("UTF8"))
    + Wire.message("K", Wire.int32(1) + Wire.int32(2)) + Wire.message("Z", [73])

  private static func serve(_ peer: Int32, _ login: [UInt8], _ answer: [UInt8], _ staysOpen: Bool) {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    for reply in [login, answer] {
      guard recv(peer, &bytes, bytes.count, 0) > 0 else { return }
      var sent = 0
      while sent < reply.count {
        let count = reply[sent...].withUnsafeBytes {
          Foundation.send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
      }
    }
    if staysOpen { while recv(peer, &bytes, bytes.count, 0) > 0 {} }
  }
}
