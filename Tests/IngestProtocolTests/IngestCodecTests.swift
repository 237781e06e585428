import NIOCore
import SessionModel
import Testing

@testable import IngestProtocol

/// Writes frames by hand, independently of the code under test.
enum FrameBytes {
  static func big(_ value: UInt64, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  static func frame(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    big(UInt64(body.count + 1), 4) + [type.asciiValue ?? 0] + body
  }

  static func hello(name: String, declared: Int? = nil) -> [UInt8] {
    frame(
      "H",
      big(1, 2) + big(3, 2) + big(9, 8) + big(77, 8) + big(UInt64(declared ?? name.utf8.count), 2) + Array(name.utf8))
  }

  static func part(_ name: PartName, _ bytes: [UInt8], declared: Int? = nil) -> [UInt8] {
    [name.rawValue] + [UInt8](repeating: 5, count: 32) + big(UInt64(declared ?? bytes.count), 4) + bytes
  }

  static func append(kind: UInt8 = RecordKind.note.rawValue, parts: [[UInt8]], declared: Int? = nil) -> [UInt8] {
    frame("A", big(4, 8) + big(6, 8) + [kind] + big(1000, 8) + [UInt8(declared ?? parts.count)] + parts.flatMap(\.self))
  }

  static func receipts(_ count: Int, declared: Int? = nil, entry: Int = 3) -> [UInt8] {
    var body = big(UInt64(declared ?? count), 4)
    for number in 0..<count {
      body += big(UInt64(number), 8) + big(UInt64(number), 8)
      body += [UInt8](repeating: 1, count: 32) + big(UInt64(entry), 2)
      body += [UInt8](repeating: 65, count: entry)
    }
    return frame("R", body)
  }
}

@Suite("Frames of the ingest socket")
struct IngestCodecTests {
  typealias F = FrameBytes

  static let someRequests: [[UInt8]] = [
    F.hello(name: "gw"), F.hello(name: String(repeating: "g", count: IngestLimits.name)), F.append(parts: []),
    F.append(parts: [F.part(.meta, Array("{}".utf8)), F.part(.wire, [UInt8](repeating: 9, count: 300))]),
  ]
  static let someReplies: [[UInt8]] = [
    F.frame("W", F.big(1, 2) + F.big(5, 8) + F.big(2, 2) + [97, 98]), F.receipts(0), F.receipts(3),
    F.receipts(1, entry: IngestLimits.entry), F.frame("E", F.big(5, 8) + F.big(1, 2) + [97] + F.big(1, 2) + [98]),
    F.frame("X", F.big(4, 2) + F.big(4, 2) + Array("full".utf8)),
  ]

  private func request(_ bytes: [UInt8]) throws -> (request: IngestRequest?, left: Int) {
    var buffer = ByteBuffer(bytes: bytes)
    let request = try IngestRequest.read(from: &buffer)
    return (request, buffer.readableBytes)
  }

  private func reply(_ bytes: [UInt8]) throws -> (reply: IngestReply?, left: Int) {
    var buffer = ByteBuffer(bytes: bytes)
    let reply = try IngestReply.read(from: &buffer)
    return (reply, buffer.readableBytes)
  }

  @Test("A request written by hand is read, and written again as the same bytes", arguments: someRequests)
  func requests(_ bytes: [UInt8]) throws {
    let read = try request(bytes + [1, 2])
    #expect(read.left == 2)
    var again = ByteBuffer()
    try #require(read.request).write(to: &again)
    #expect(Array(again.readableBytesView) == bytes)
  }

  @Test("A reply written by hand is read, and written again as the same bytes", arguments: someReplies)
  func replies(_ bytes: [UInt8]) throws {
    let read = try reply(bytes + [1, 2])
    #expect(read.left == 2)
    var again = ByteBuffer()
    try #require(read.reply).write(to: &again)
    #expect(Array(again.readableBytesView) == bytes)
  }

  @Test("A decision comes back as it was")
  func decision() throws {
    let decision = DecisionMeta(
      step: 3, outcome: .denied, by: "älice", reason: "no\n",
      request: LeafHash(bytes: [UInt8](repeating: 8, count: 32)),
      nonce: "00ff", proof: "peer uid 7")
    let sent = IngestReply.decision(
      session: SessionID(rawValue: .max), decision, leaf: LeafHash(bytes: [UInt8](repeating: 9, count: 32)))
    var buffer = ByteBuffer()
    sent.write(to: &buffer)
    #expect(try IngestReply.read(from: &buffer) == sent)
  }

  @Test("A checkpoint and a hello that asks for it come back as they were sent, and none is read from a part of it")
  func checkpoints() throws {
    let hash = LeafHash(bytes: [UInt8](repeating: 7, count: 32))
    for index in [nil, 12] as [UInt64?] {
      let sent = IngestReply.checkpoint(
        .init(
          key: "k", note: ByteBuffer(string: "note"), old: 3, consistency: [hash, .none], index: index,
          inclusion: index == nil ? [] : [hash]))
      var buffer = ByteBuffer()
      sent.write(to: &buffer)
      let bytes = Array(buffer.readableBytesView)
      #expect(try IngestReply.read(from: &buffer) == sent)
      for length in 5..<bytes.count {
        var short = Array(bytes.prefix(length))
        short.replaceSubrange(0..<4, with: F.big(UInt64(length - 4), 4))
        #expect(throws: IngestProtocolError.self) { try reply(short) }
      }
    }
    for checkpoint in [nil, 0, 77] as [UInt64?] {
      let sent = IngestRequest.hello(
        .init(version: 1, gateway: "gw", lane: 1, acknowledged: 2, incarnation: 3, checkpoint: checkpoint))
      var buffer = ByteBuffer()
      sent.write(to: &buffer)
      #expect(try IngestRequest.read(from: &buffer) == sent)
    }
    #expect(throws: IngestProtocolError.self) {
      try reply(F.frame("C", F.big(0, 2) + F.big(0, 4) + F.big(0, 8) + F.big(129, 1)))
    }
  }

  @Test("Bytes that come one by one make the same frames, and none before its last byte")
  func dripFed() throws {
    var buffer = ByteBuffer()
    var read: [IngestRequest] = []
    for byte in Self.someRequests.flatMap(\.self) {
      buffer.writeInteger(byte)
      if let next = try IngestRequest.read(from: &buffer) { read.append(next) }
    }
    #expect(read.count == Self.someRequests.count)
    #expect(buffer.readableBytes == 0)
    for bytes in Self.someRequests {
      for length in 0..<bytes.count { #expect(try request(Array(bytes.prefix(length))).request == nil) }
    }
    for bytes in Self.someReplies {
      for length in 0..<bytes.count { #expect(try reply(Array(bytes.prefix(length))).reply == nil) }
    }
  }

  @Test("A frame whose body is cut short, wherever, is refused", arguments: someRequests)
  func cut(_ bytes: [UInt8]) {
    for length in 5..<bytes.count {
      var short = Array(bytes.prefix(length))
      short.replaceSubrange(0..<4, with: F.big(UInt64(length - 4), 4))
      #expect(throws: IngestProtocolError.self) { try request(short) }
    }
  }

  @Test("A reply whose body is cut short, wherever, is refused", arguments: someReplies)
  func cutReplies(_ bytes: [UInt8]) {
    for length in 5..<bytes.count {
      var short = Array(bytes.prefix(length))
      short.replaceSubrange(0..<4, with: F.big(UInt64(length - 4), 4))
      #expect(throws: IngestProtocolError.self) { try reply(short) }
    }
  }

  static let outOfBounds: [[UInt8]] = [
    [0, 0, 0, 0], F.big(UInt64(IngestLimits.frame) + 1, 4), [0xff, 0xff, 0xff, 0xff], F.frame("Z", []),
    F.hello(name: String(repeating: "g", count: IngestLimits.name + 1)), F.hello(name: "gw", declared: 3),
    F.hello(name: "gw", declared: 1), F.append(kind: 0, parts: []), F.append(kind: 255, parts: []),
    F.append(parts: [], declared: IngestLimits.parts + 1), F.append(parts: [F.part(.meta, [1])], declared: 2),
    F.append(parts: [F.part(.meta, [1], declared: 2)]), F.append(parts: [F.part(.meta, [1], declared: 0xffff_ffff)]),
    F.append(parts: [[200] + F.part(.meta, []).dropFirst()]),
  ]

  @Test("What is out of bounds is refused before anything of its size is made", arguments: outOfBounds)
  func bounds(_ bytes: [UInt8]) {
    #expect(throws: IngestProtocolError.self) { try request(bytes) }
  }

  @Test(
    "Replies out of bounds are refused",
    arguments: [
      F.receipts(0, declared: IngestLimits.receipts + 1), F.receipts(1, declared: 2),
      F.receipts(1, entry: IngestLimits.entry + 1), F.frame("X", F.big(99, 2) + F.big(0, 2)),
      F.frame("D", [UInt8](repeating: 0, count: 40) + Array("{".utf8)), F.frame("A", []),
    ])
  func replyBounds(_ bytes: [UInt8]) {
    #expect(throws: IngestProtocolError.self) { try reply(bytes) }
  }

  @Test("The largest frame's length is accepted and waits for its bytes")
  func largest() throws {
    #expect(try request(F.big(UInt64(IngestLimits.frame), 4) + [65]).request == nil)
  }
}
