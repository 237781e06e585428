import Foundation
import NIOCore
import NIOPosix

/// The user at the other end of a Unix socket, as the kernel knows it. Source: unix(7), SO_PEERCRED.
enum PeerUser {
  private struct Credentials {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
  }

  /// - Precondition: called on the channel's event loop, where the option is there at once.
  static func of(_ channel: any Channel) throws -> UInt32? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    let found = NIOLoopBoundBox<UInt32?>(nil, eventLoop: channel.eventLoop)
    let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    future.whenSuccess { found.value = $0.user }
    return found.value
  }
}
