import SessionModel
import Testing
import Transcript

@Suite("Transcript")
struct TranscriptTests {
  static func big(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
    [UInt8(ascii: type)] + big(body.count + 4, 4) + body
  }

  static func column(_ name: String) -> [UInt8] {
    Array(name.utf8) + [0] + big(0, 6) + big(25, 4) + big(0, 8)
  }

  static let response: [UInt8] = {
    var bytes = message("T", big(2, 2) + column("id") + column("name"))
    bytes += message("D", big(2, 2) + big(1, 4) + Array("1".utf8) + big(3, 4) + Array("ada".utf8))
    bytes += message("D", big(2, 2) + big(1, 4) + Array("2".utf8) + big(-1, 4))
    bytes += message("C", Array("SELECT 2\0".utf8))
    bytes += message("E", Array("SERROR\0VERROR\0C42P01\0Mno such table\0Hlook again\0\0".utf8))
    bytes += message("Z", [UInt8(ascii: "I")])
    return bytes
  }()

  @Test("A PostgreSQL response reads as its results and messages")
  func table() {
    let table = Transcript.table(Self.response, proto: "postgres")
    #expect(
      table.results == [
        ResponseTable.Result(columns: ["id", "name"], rows: [["1", "ada"], ["2", nil]], tag: "SELECT 2")
      ])
    #expect(table.messages == ["ERROR 42P01: no such table\nHINT: look again"])
    #expect(!table.isIncomplete)
  }

  @Test("What is left off a table is counted")
  func limits() {
    let table = Transcript.table(Self.response, proto: "postgres", limits: .init(rows: 1))
    #expect(table.results.first?.rows.count == 1)
    #expect(table.rowsLeftOff == 1)
  }

  @Test("A response cut anywhere is read as far as it goes")
  func truncated() {
    for length in 0..<Self.response.count {
      let table = Transcript.table(Array(Self.response.prefix(length)), proto: "postgres")
      #expect(table.results.reduce(0) { $0 + $1.rows.count } <= 2)
    }
  }

  @Test("The words of a response are the same, whatever pieces it comes in", arguments: [1, 2, 5, 64, 10_000])
  func pieces(size: Int) {
    var whole = ResponseText(proto: "postgres")
    whole.feed(Self.response)
    var text = ResponseText(proto: "postgres")
    var rest = Self.response[...]
    while !rest.isEmpty {
      text.feed(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      // As if put away and taken up again.
      text = ResponseText(proto: "postgres", text: text.text, carry: text.carry)
    }
    #expect(text.text == whole.text)
    #expect(whole.text.contains("ada") && whole.text.contains("no such table"))
  }

  @Test("Words of a response end at 64 KiB, and it says so")
  func bounded() {
    var text = ResponseText(proto: "postgres")
    let value = [UInt8](repeating: UInt8(ascii: "v"), count: 1000)
    for _ in 0..<100 { text.feed(Self.message("D", Self.big(1, 2) + Self.big(1000, 4) + value)) }
    #expect(text.cut)
    #expect(text.text.utf8.count == ResponseText.limit)
    #expect(text.carry.isEmpty)
  }

  @Test("Bytes of an unknown protocol are text where they are, else digits")
  func plain() {
    #expect(Transcript.plain(Array("grüße".utf8), limit: 100) == "grüße")
    #expect(Transcript.plain(Array("grüße".utf8), limit: 3) == "gr")
    #expect(Transcript.plain([0xff, 0x00], limit: 100) == "ff00")
    #expect(Transcript.table(Array("a\nb".utf8), proto: "smtp").results.first?.rows == [["a"], ["b"]])
  }

  @Test("A text location beyond the bytes is empty, not a crash", arguments: [(-1, 5), (3, 100), (100, 1), (0, -1)])
  func locations(offset: Int, length: Int) {
    let meta = RequestMeta(
      step: 1, operation: "query", statementClass: .read, kind: "select", objects: [], reasons: [], risk: .low,
      verdict: .allow, rule: "default", text: .wire(offset: offset, length: length),
      values: [.wire(offset: offset, length: length), .null], transaction: "idle")
    let request = Transcript.request(meta, wire: Array("select".utf8), text: nil, earlier: { _ in nil })
    #expect("select".hasSuffix(request.text))
    #expect(request.values.count == 2)
  }
}
