import NIOCore

/// Closes a connection so that what was said last arrives: writes go out first, then our side is shut, and what the peer still
/// sends is read and dropped for a moment. A plain close with unread bytes makes the kernel reset the connection, and the
/// peer loses the error it was to see.
enum PatientClose {
  /// How long a peer has to take what was written.
  private static let writeTime = TimeAmount.seconds(10)
  /// How long a peer has to close its side once ours is shut.
  private static let lingerTime = TimeAmount.milliseconds(500)

  static func begin(_ channel: any Channel) {
    let loop = channel.eventLoop
    let impatience = loop.scheduleTask(in: writeTime) { channel.close(promise: nil) }
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      channel.close(mode: .output).whenComplete { _ in
        let linger = loop.scheduleTask(in: lingerTime) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
          linger.cancel()
          impatience.cancel()
        }
      }
    }
  }
}
