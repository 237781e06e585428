import IngestProtocol
import NIOCore
import SessionModel
import Testing

@Suite("Receipts read in place")
struct ReceiptReaderTests {
  @Test("Each receipt of a frame can be had whole while its number is the last that was read")
  func whole() throws {
    let receipts = (1...3).map { number in
      IngestReply.Receipt(
        gseq: UInt64(number), index: UInt64(10 + number),
        leaf: LeafHash(bytes: [UInt8](repeating: UInt8(number), count: 32)),
        entry: ByteBuffer(string: String(repeating: "e", count: number)))
    }
    var buffer = ByteBuffer()
    IngestReply.receipts(receipts).write(to: &buffer)
    var reader = try #require(try ReceiptReader.take(from: &buffer))
    for receipt in receipts {
      #expect(try reader.next() == receipt.gseq)
      #expect(try reader.receipt() == receipt)
    }
    #expect(try reader.next() == nil)
  }
}
