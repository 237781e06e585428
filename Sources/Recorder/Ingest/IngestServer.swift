import Foundation
import IngestProtocol
import Logging
import NIOCore
import NIOPosix

/// Accepts gateways on a Unix socket and, where that is asked for, over TLS; all of them on the core's event loop.
package final class IngestServer: Sendable {
  private let core: RecorderCore
  private let channels: [any Channel]
  private let path: String

  /// Bytes of replies that may wait for a gateway to read them, before its connection ends.
  private static let outboundLimit = 64 << 20

  private init(core: RecorderCore, channels: [any Channel], path: String) {
    self.core = core
    self.channels = channels
    self.path = path
  }

  /// Binds the socket with mode 0660 and accepts from then on. A socket file that nobody listens on is replaced.
  /// - Throws: where somebody listens, or the path cannot be bound.
  package static func start(core: RecorderCore, group: any EventLoopGroup) async throws -> IngestServer {
    let path = core.settings.ingest
    try await removeStaleSocket(path, group: group)
    let door = try await core.eventLoop.submit {
      NIOLoopBoundBox.makeBoxSendingValue(IngestDoor(core), as: IngestDoor.self, eventLoop: core.eventLoop)
    }.get()
    let channel = try await bootstrap(core)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = IngestPeer.user(try Self.peerUser(of: channel))
          try channel.pipeline.syncOperations.addHandler(IngestHandler(core: core, door: door.value, peer: peer))
        }
      }
      .bind(unixDomainSocketPath: path).get()
    guard chmod(path, 0o660) == 0 else {
      try await channel.close()
      throw IngestProtocolError("the ingest socket's mode cannot be set")
    }
    guard let tls = core.settings.ingestTLS else { return IngestServer(core: core, channels: [channel], path: path) }
    do {
      return IngestServer(core: core, channels: [channel, try await listen(tls, core: core)], path: path)
    } catch {
      try await channel.close()
      throw error
    }
  }

  static func bootstrap(_ core: RecorderCore) -> ServerBootstrap {
    ServerBootstrap(group: core.eventLoop)
      .serverChannelOption(.backlog, value: 64)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 1 << 20)
      )
      .childChannelOption(.writeBufferWaterMark, value: .init(low: outboundLimit / 2, high: outboundLimit))
  }

  /// Stops accepting; gateways that are connected stay until the core's loop ends.
  package func shutdown() async throws {
    for channel in channels { try await channel.close() }
    unlink(path)
  }

  private struct PeerCredentials {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
  }

  /// The user at the other end, as the kernel knows it. Source: unix(7), SO_PEERCRED.
  private static func peerUser(of channel: any Channel) throws -> UInt32? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    var user: UInt32?
    let found = NIOLoopBoundBox<UInt32?>(nil, eventLoop: channel.eventLoop)
    let future: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    future.whenSuccess { found.value = $0.user }
    user = found.value
    return user
  }

  private static func removeStaleSocket(_ path: String, group: any EventLoopGroup) async throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw IngestProtocolError("there is a file, not a socket, where the ingest socket belongs")
    }
    let listening: Bool
    do {
      let channel = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
      try await channel.close()
      listening = true
    } catch {
      listening = false
    }
    guard !listening else { throw IngestProtocolError("another recorder listens on the ingest socket") }
    unlink(path)
  }
}
