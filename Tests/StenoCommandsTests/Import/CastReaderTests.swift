import Foundation
import SessionModel
import Testing

@testable import StenoCommands

@Suite("An asciicast")
struct CastReaderTests {
  private func read(_ text: String) throws -> (CastReader.Header, [CastReader.Event]) {
    var reader = try CastReader(Array(text.utf8))
    var events: [CastReader.Event] = []
    while let event = try reader.next() { events.append(event) }
    return (reader.header, events)
  }

  @Test("Version 2 counts from the start, version 3 from the event before")
  func versions() throws {
    let (two, first) = try read(
      "{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":1500000000}\n[1,\"o\",\"a\"]\n[2.5,\"o\",\"b\"]\n")
    #expect(two.columns == 80 && two.rows == 24 && two.recorded == Timestamp(microseconds: 1_500_000_000_000_000))
    #expect(first.map(\.at) == [1_000_000, 2_500_000])
    let (three, second) = try read(
      "{\"version\":3,\"term\":{\"cols\":10,\"rows\":4}}\n# a word\n[1,\"o\",\"a\"]\n[2.5,\"r\",\"20x5\"]\n[0,\"x\",\"3\"]\n"
    )
    #expect(three.columns == 10 && three.rows == 4)
    #expect(second.map(\.at) == [1_000_000, 3_500_000, 3_500_000])
    #expect(second.map(\.kind) == [.output([0x61]), .resize(columns: 20, rows: 5), .exit(3)])
  }

  @Test(
    "What is no recording is named by its line",
    arguments: [
      ("", 1), ("{}", 1), ("{\"version\":1,\"width\":80,\"height\":24}", 1),
      ("{\"version\":2,\"width\":0,\"height\":24}", 1),
      ("{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"a\"]\n[2,\"o\"", 3),
      ("{\"version\":2,\"width\":80,\"height\":24}\n[-1,\"o\",\"a\"]", 2),
      ("{\"version\":2,\"width\":80,\"height\":24}\n[1e300,\"o\",\"a\"]", 2),
      ("{\"version\":2,\"width\":80,\"height\":24}\n[1,\"r\",\"axb\"]", 2),
      ("{\"version\":2,\"width\":80,\"height\":24}\n\n[1,\"o\",7]", 3),
    ])
  func damage(text: String, line: Int) {
    let fault = #expect(throws: ImportFault.self) { try read(text) }
    #expect(fault?.line == line)
  }

  @Test("Time that goes back stands still, and is counted")
  func backwards() throws {
    var reader = try CastReader(
      Array("{\"version\":2,\"width\":80,\"height\":24}\n[2,\"o\",\"a\"]\n[1,\"o\",\"b\"]\n[3,\"z\",\"\"]".utf8))
    var times: [Int64] = []
    while let event = try reader.next() { times.append(event.at) }
    #expect(times == [2_000_000, 2_000_000] && reader.backwards == 1 && reader.unknown == 1)
  }
}
