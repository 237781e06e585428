/// Reads the fields of one message, never past its end. A read that does not fit gives `nil` and moves nothing.
///
/// It borrows the bytes: it must not outlive the closure that lent them.
package struct WireCursor {
  package let bytes: UnsafeRawBufferPointer
  /// Offset of the next byte, from the start of `bytes`.
  package private(set) var position: Int
  /// Offset behind the last byte that may be read.
  package let end: Int

  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  /// - Precondition: the range lies within `bytes`; whoever frames messages has checked it.
  package init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a cursor's range lies within its bytes")
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  package var remaining: Int { end - position }

  package mutating func readUInt8() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  package mutating func readInt16() -> Int16? {
    readUInt16().map { Int16(bitPattern: $0) }
  }

  package mutating func readUInt16() -> UInt16? {
    guard end - position >= 2 else { return nil }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  package mutating func readInt32() -> Int32? {
    readUInt32().map { Int32(bitPattern: $0) }
  }

  package mutating func readUInt32() -> UInt32? {
    guard end - position >= 4 else { return nil }
    defer { position += 4 }
    return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
  }

  package mutating func readInt64() -> Int64? {
    guard end - position >= 8 else { return nil }
    defer { position += 8 }
    return Int64(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
  }

  /// Takes `count` bytes; `nil` when there are fewer or `count` is negative.
  package mutating func take(_ count: Int) -> Range<Int>? {
    guard count >= 0, end - position >= count else { return nil }
    defer { position += count }
    return position..<(position + count)
  }

  /// Takes a text up to its zero byte, and the zero byte; `nil` when there is none before the end.
  package mutating func takeCString() -> Range<Int>? {
    var at = position
    while at < end {
      if bytes[at] == 0 {
        defer { position = at + 1 }
        return position..<at
      }
      at += 1
    }
    return nil
  }

  /// The same, as a String; bytes that are not UTF-8 become U+FFFD.
  package mutating func readCString() -> String? {
    takeCString().map { text($0) }
  }

  package func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
