import Foundation
import IngestProtocol
import NIOCore
import SessionModel
import Testing

/// A gateway's end of an ingest socket, as plain bytes.
final class SocketPeer {
  let descriptor: Int32
  private var received = ByteBuffer()

  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let done = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(done == 0)
  }

  deinit { close(descriptor) }

  func send(_ requests: IngestRequest...) {
    var buffer = ByteBuffer()
    for request in requests { request.write(to: &buffer) }
    send(Array(buffer.readableBytesView))
  }

  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  /// The next reply; nil when the recorder has closed.
  func reply() throws -> IngestReply? {
    while true {
      if let reply = try IngestReply.read(from: &received) { return reply }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count > 0 else { return nil }
      received.writeBytes(bytes[..<count])
    }
  }

  func hello(_ name: String = "gw", acknowledged: UInt64 = 0, incarnation: UInt64 = 1) throws -> IngestReply? {
    send(
      .hello(
        .init(version: 1, gateway: name, lane: 0, acknowledged: acknowledged, incarnation: incarnation)))
    return try reply()
  }
}
