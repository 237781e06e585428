import IngestProtocol
import NIOCore
import SessionModel
import Testing

@Suite("ReceiptReader")
struct ReceiptReaderTests {
  private static func receipt(_ number: UInt64) -> IngestReply.Receipt {
    IngestReply.Receipt(
      gseq: number, index: number * 3, leaf: LeafHash(bytes: [UInt8](repeating: UInt8(number), count: 32)),
      entry: ByteBuffer(string: "v 1\nkind request \(number)\n"))
  }

  private static func frame(_ numbers: ClosedRange<UInt64>) -> ByteBuffer {
    var buffer = ByteBuffer()
    IngestReply.receipts(numbers.map(receipt)).write(to: &buffer)
    return buffer
  }

  @Test("Each number comes in order, and the whole receipt of the last one is at hand")
  func inOrder() throws {
    var buffer = Self.frame(1...5)
    var reader = try #require(try ReceiptReader.take(from: &buffer))
    #expect(buffer.readableBytes == 0)
    for number: UInt64 in 1...5 {
      #expect(try reader.next() == number)
      #expect(try reader.receipt() == Self.receipt(number))
    }
    #expect(try reader.next() == nil)
  }

  @Test("A frame that is not whole is left, and one of another kind is too")
  func incomplete() throws {
    let whole = Self.frame(1...2)
    for length in 0..<whole.readableBytes {
      var part = try #require(whole.getSlice(at: 0, length: length))
      #expect(try ReceiptReader.take(from: &part).map { _ in true } == nil)
      #expect(part.readableBytes == length)
    }
    var welcome = ByteBuffer()
    IngestReply.welcome(IngestReply.Welcome(version: 1, durable: 2, origin: "o")).write(to: &welcome)
    #expect(try ReceiptReader.take(from: &welcome).map { _ in true } == nil)
  }

  @Test("A receipt that says it is longer than its frame, and bytes behind the last, are errors")
  func malformed() throws {
    var long = Self.frame(1...1)
    long.setInteger(UInt16(4000), at: 9 + 48)
    var reader = try #require(try ReceiptReader.take(from: &long))
    #expect(throws: IngestProtocolError.self) { try reader.next() }

    var more = Self.frame(1...1)
    more.writeInteger(UInt8(0))
    more.setInteger(UInt32(more.readableBytes - 4), at: 0)
    var second = try #require(try ReceiptReader.take(from: &more))
    #expect(try second.next() == 1)
    #expect(throws: IngestProtocolError.self) { try second.next() }
  }
}
