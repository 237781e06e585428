import IngestProtocol
import MutualTLS
import NIOCore

/// Cuts the recorder's bytes into replies and hands them to the lane.
final class LaneHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let lane: IngestLane
  private let check: PeerCheck?
  private var pending = ByteBuffer()

  /// - Parameter check: What TLS finds out about the recorder; nil on a socket of this host.
  init(lane: IngestLane, check: PeerCheck?) {
    self.lane = lane
    self.check = check
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if pending.readableBytes == 0 {
      pending = bytes
    } else {
      // Without this the buffer would keep the place of all that it ever held before.
      pending.discardReadBytes()
      pending.writeBuffer(&bytes)
    }
    do throws(IngestProtocolError) {
      while true {
        if let receipts = try ReceiptReader.take(from: &pending) {
          try lane.take(receipts)
        } else if let reply = try IngestReply.read(from: &pending) {
          lane.received(reply)
        } else {
          break
        }
      }
    } catch {
      context.close(promise: nil)
    }
    // What has been read is let go of, or receipts that never end with a read would all stay.
    if pending.readableBytes == 0 { pending = ByteBuffer() } else { pending.discardReadBytes() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    lane.disconnected()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let check { lane.failed(check.reason(for: error)) }
    context.close(promise: nil)
  }
}
