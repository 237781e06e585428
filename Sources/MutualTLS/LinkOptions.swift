import NIOCore

/// How soon an end of a TCP line notices that the other one is gone without a word.
package enum LinkOptions {
  // Numbers of Linux's own. Source: tcp(7).
  private static let noDelay: Int32 = 1
  private static let keepIdle: Int32 = 4
  private static let keepInterval: Int32 = 5
  private static let keepCount: Int32 = 6
  private static let userTimeout: Int32 = 18

  /// Sets them all: a line is over when nothing has come back for about ten seconds, whether something was sent or not.
  package static func set(on channel: any Channel) -> EventLoopFuture<Void> {
    let keeps = channel.setOption(ChannelOptions.Types.SocketOption(level: .socket, name: .so_keepalive), value: 1)
    let options: [(name: Int32, value: ChannelOptions.Types.SocketOption.Value)] = [
      (noDelay, 1),
      // Seconds until the first question, seconds between two, questions without an answer.
      (keepIdle, 5), (keepInterval, 2), (keepCount, 3),
      // Milliseconds that sent bytes may stay without the other kernel's word.
      (userTimeout, 10_000),
    ]
    return EventLoopFuture.andAllSucceed(
      [keeps]
        + options.map { option in
          channel.setOption(
            ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: option.name)),
            value: option.value)
        }, on: channel.eventLoop)
  }
}
