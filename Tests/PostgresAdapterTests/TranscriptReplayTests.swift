import ProxyCore
import SessionModel
import TestSupport
import Testing

@testable import PostgresAdapter

@Suite("Recorded conversations") struct TranscriptReplayTests {
  @Test("There are transcripts") func present() {
    #expect(Transcript.names.count >= 5)
  }

  @Test(
    "A recorded conversation passes unchanged and is on record whole", arguments: Transcript.names, [1, 7, 100_000])
  func passes(_ name: String, _ piece: Int) throws {
    let transcript = try Transcript(name)
    var session = try ScriptedSession.ready(ScriptedSession.settings(allowsUnusual: true))
    session.allowsAll = true
    for read in transcript.reads {
      for start in stride(from: 0, to: read.bytes.count, by: piece) {
        session.send(
          Array(read.bytes[start..<min(start + piece, read.bytes.count)]), from: read.isClient ? .client : .upstream)
      }
      try #require(session.end == nil, "\(session.end?.reason ?? "")")
    }
    #expect(session.toUpstream == transcript.said(byClient: true))
    #expect(session.toClient == transcript.said(byClient: false))
    #expect(session.unrecorded == 0)
    let recorded = session.wire(.response).count + session.wire(.note).count
    #expect(recorded >= session.toClient.count)
    #expect(try session.responses.contains { $0.final && $0.tag != nil })
  }

  @Test(
    "A conversation with bytes changed on the way ends or stays bounded, and passes nothing unrecorded",
    arguments: 0..<40)
  func mutated(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for name in Transcript.names {
      let transcript = try Transcript(name)
      var session = try ScriptedSession.ready(ScriptedSession.settings(allowsUnusual: true))
      session.allowsAll = true
      for read in transcript.reads where session.end == nil {
        var bytes = read.bytes
        switch Int.random(in: 0..<12, using: &random) {
        case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        case 2: bytes.insert(contentsOf: bytes.prefix(Int.random(in: 1...9, using: &random)), at: 0)
        case _: break
        }
        session.send(bytes, from: read.isClient ? .client : .upstream)
      }
      #expect(session.unrecorded == 0)
      #expect(session.wire(.response).count + session.wire(.note).count + 2000 >= session.toClient.count)
    }
  }
}
