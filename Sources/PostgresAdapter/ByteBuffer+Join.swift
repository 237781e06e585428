import NIOCore

extension ByteBuffer {
  /// Adds the next read's bytes to what is left of those before.
  ///
  /// A buffer keeps what has been read from it, and grows when it is written to: without forgetting that, a stream whose reads
  /// never end with a message would stay in memory whole.
  mutating func join(_ next: ByteBuffer) {
    if readerIndex >= readableBytes { discardReadBytes() }
    writeImmutableBuffer(next)
  }
}
