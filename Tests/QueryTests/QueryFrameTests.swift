import NIOCore
import QueryProtocol
import SessionModel
import Testing

@Suite("QueryFrame")
struct QueryFrameTests {
  static let request = QueryRequest(id: 7, verb: .search(query: "drop \"table\" ü", limit: 20, before: 9))

  @Test("A frame comes whole, whatever pieces it arrives in")
  func dripFed() throws {
    var whole = ByteBuffer()
    try QueryFrame.write(Self.request, to: &whole)
    try QueryFrame.write(QueryRequest(id: 8, verb: .signals), to: &whole)
    var buffer = ByteBuffer()
    var found: [QueryRequest] = []
    for byte in whole.readableBytesView {
      buffer.writeInteger(byte)
      if let frame = try QueryFrame.take(from: &buffer) {
        found.append(try QueryFrame.decode(QueryRequest.self, from: frame))
      }
    }
    #expect(found == [Self.request, QueryRequest(id: 8, verb: .signals)])
    #expect(buffer.readableBytes == 0)
  }

  @Test("A length out of bounds is refused before its bytes come", arguments: [0, 1, 101, UInt32.max])
  func bounds(length: UInt32) {
    var buffer = ByteBuffer(integer: length)
    #expect(throws: QueryProtocolError.self) { _ = try QueryFrame.take(from: &buffer, maximum: 100) }
  }

  @Test("What is no request is an error, not a crash", arguments: ["{}", "[]", "{\"id\":1}", "\u{0}\u{0}", "nonsense"])
  func garbage(text: String) {
    #expect(throws: QueryProtocolError.self) {
      _ = try QueryFrame.decode(QueryRequest.self, from: ByteBuffer(string: text))
    }
  }
}
