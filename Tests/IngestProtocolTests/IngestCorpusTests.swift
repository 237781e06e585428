import Foundation
import NIOCore
import Testing

@testable import IngestProtocol

@Suite("The ingest decoder's corpus") struct IngestCorpusTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures/fuzz/ingest")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  /// Reads frames up to the end or the first that is refused.
  private func read(_ bytes: [UInt8]) {
    var requests = ByteBuffer(bytes: bytes)
    while let left = Optional(requests.readableBytes), (try? IngestRequest.read(from: &requests)) ?? nil != nil {
      #expect(requests.readableBytes < left)
    }
    var replies = ByteBuffer(bytes: bytes)
    while let left = Optional(replies.readableBytes), (try? IngestReply.read(from: &replies)) ?? nil != nil {
      #expect(replies.readableBytes < left)
    }
  }

  @Test("The corpus and a thousand mutations of each of its files are read or refused", arguments: names)
  func corpus(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: IngestCorpusTests.folder.appendingPathComponent(name)))
    read(bytes)
    var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    for _ in 0..<1000 {
      var changed = bytes
      for _ in 0...next(4) {
        switch next(3) {
        case 0: changed[next(changed.count)] = UInt8(next(256))
        case 1: changed.insert(UInt8(next(256)), at: next(changed.count))
        case _: if changed.count > 1 { changed.remove(at: next(changed.count)) }
        }
      }
      read(changed)
    }
  }

  @Test("There is a corpus") func present() {
    #expect(IngestCorpusTests.names.count > 8)
  }
}
