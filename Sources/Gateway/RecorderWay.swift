import MutualTLS
import NIOCore
import NIOPosix

/// How a gateway reaches its recorder: the same protocol over a socket of this host, or over TLS.
package enum RecorderWay: Sendable, CustomStringConvertible {
  case socket(String)
  case remote(host: String, port: Int, MutualTLS)

  package var description: String {
    switch self {
    case .socket(let path): path
    case .remote(let host, let port, _): "\(host):\(port)"
    }
  }

  /// - Parameter prepare: Puts the lane's handler on the channel; given what TLS has found out about the recorder.
  func connect(
    on loop: any EventLoop, prepare: @escaping @Sendable (any Channel, PeerCheck?) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(5))
    switch self {
    case .socket(let path):
      return bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel, nil) }
      }.connect(unixDomainSocketPath: path)
    case .remote(let host, let port, let tls):
      return bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel, try tls.secure(channel)) }
          .flatMap { LinkOptions.set(on: channel) }
      }.connect(host: host, port: port)
    }
  }
}
