import Foundation
import Synchronization

/// An HTTP server that keeps what it is sent, and answers each request with the next of its statuses.
final class HookListener: Sendable {
  struct Received: Sendable {
    var head: String
    var body: String
  }

  let port: Int
  private let listener: Int32
  private let received = Mutex<[Received]>([])

  init(statuses: [Int]) throws {
    port = try FreePort.find()
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, listen(listener, 8) == 0 else { throw Program.Missing(description: "no port to listen on") }
    Thread.detachNewThread { [self] in
      for status in statuses {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { return }
        serve(peer, status)
      }
    }
  }

  deinit {
    close(listener)
  }

  var requests: [Received] { received.withLock { $0 } }

  private func serve(_ peer: Int32, _ status: Int) {
    var data = Data()
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(peer, &bytes, bytes.count, 0), count > 0 {
      data.append(contentsOf: bytes[..<count])
      let text = String(decoding: data, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let head = String(text[..<end.lowerBound])
      let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
        .flatMap { Int($0.dropFirst(16)) }
      let body = String(text[end.upperBound...])
      guard body.utf8.count >= length ?? 0 else { continue }
      received.withLock { $0.append(Received(head: head, body: body)) }
      break
    }
    let answer = Array("HTTP/1.1 \(status) x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    _ = send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
    close(peer)
  }
}
