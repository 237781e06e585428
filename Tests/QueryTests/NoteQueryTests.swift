import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import TestSupport
import Testing

@Suite("Notes beside sessions", .timeLimit(.minutes(5)))
struct NoteQueryTests {
  private let one = SessionID(rawValue: 0x4f00_0000_0000_0001)
  private let two = SessionID(rawValue: 0x4f00_0000_0000_0002)

  private func world() async throws -> QueryServerTests.World {
    let world = try await QueryServerTests.World()
    try world.gate.write {
      for session in [one, two] {
        try $0.start(session)
        try $0.request(session, 1, "select 1")
        try $0.response(session, 1, rows: [["a"]])
      }
    }
    await world.settle()
    return world
  }

  @Test("A note has its author and time, is of its session alone, and is on record as a look is")
  func note() async throws {
    let world = try await world()
    let client = try await world.connect("console")
    let note = Annotation(session: one, step: 1, mark: "a", text: "seen\u{1B}[2J")
    #expect(try await client.request(.note(note)) == .noted)
    #expect(try await client.request(.note(Annotation(session: one, step: nil, mark: nil, text: "whole"))) == .noted)
    await world.settle()
    guard case .notes(let notes) = try await client.request(.notes(session: one)) else {
      Issue.record("not notes")
      return
    }
    #expect(notes.map(\.by) == [client.welcome.caller, client.welcome.caller])
    #expect(notes.map(\.step) == [1, nil])
    #expect(notes.map(\.mark) == ["a", nil])
    #expect(notes.map(\.text) == ["seen\u{1B}[2J", "whole"])
    #expect(notes[0].at < notes[1].at)
    #expect(try await client.request(.notes(session: two)) == .notes([]))
    guard case .audit(let entries) = try await client.request(.audit(by: nil, action: "note", limit: 9, before: nil))
    else { return }
    #expect(entries.map(\.session) == [one, one])
    #expect(entries.map(\.step) == [nil, 1])
    try await world.server.shutdown()
  }

  @Test("Who has written reads it in the next answer, though the index follows the journal")
  func readOwnWrites() async throws {
    let world = try await world()
    let client = try await world.connect()
    for count in 1...10 {
      let note = Annotation(session: one, step: 1, mark: nil, text: "n\(count)")
      #expect(try await client.request(.note(note)) == .noted)
      guard case .notes(let notes) = try await client.request(.notes(session: one)) else {
        Issue.record("not notes")
        return
      }
      #expect(notes.map(\.text).last == "n\(count)")
    }
    try await world.server.shutdown()
  }

  @Test("A note without words or mark, too long, on a step or a session that is not there, is refused by name")
  func refused() async throws {
    let world = try await world()
    let client = try await world.connect()
    func code(_ note: Annotation) async -> QueryFailure.Code? {
      do {
        _ = try await client.request(.note(note))
        return nil
      } catch { return (error as? QueryFailure)?.code }
    }
    #expect(await code(Annotation(session: one, step: 1, mark: nil, text: " \n")) == .malformed)
    #expect(await code(Annotation(session: one, step: 1, mark: "ab", text: "x")) == .malformed)
    #expect(await code(Annotation(session: one, step: 1, mark: "\u{202E}", text: "x")) == .malformed)
    #expect(await code(Annotation(session: one, step: 0, mark: nil, text: "x")) == .malformed)
    #expect(
      await code(Annotation(session: one, step: 1, mark: nil, text: String(repeating: "x", count: 4097))) == .malformed)
    #expect(await code(Annotation(session: one, step: 9, mark: nil, text: "x")) == .notFound)
    #expect(await code(Annotation(session: SessionID(rawValue: 5), step: nil, mark: nil, text: "x")) == .notFound)
    #expect(world.gate.accesses.allSatisfy { $0.note == nil })
    try await world.server.shutdown()
  }

  @Test("A tail shows a note as it comes, in the order of the records, and only of the session that is followed")
  func tail() async throws {
    let world = try await world()
    let client = try await world.connect()
    let after = world.gate.durableIndex - 1
    let reader = Task {
      var seen: [TailEvent] = []
      for try await body in client.stream(.tail(session: one, after: after)) {
        if case .tail(let events) = body { seen += events }
        if seen.contains(where: { $0.note?.text == "second" }) { break }
      }
      return seen
    }
    let other = try await world.connect()
    for (session, text) in [(one, "first"), (two, "elsewhere"), (one, "second")] {
      _ = try await other.request(.note(Annotation(session: session, step: 1, mark: nil, text: text)))
    }
    let seen = try await reader.value
    #expect(seen.compactMap(\.note).map(\.text) == ["first", "second"])
    #expect(seen.map(\.seq) == seen.map(\.seq).sorted())
    try await world.server.shutdown()
  }

  @Test("A record of a look that was written before there were notes is read as ever")
  func old() throws {
    let json = Data(#"{"by":"ann","action":"search","detail":"x"}"#.utf8)
    #expect(
      try JSONDecoder().decode(AccessMeta.self, from: json) == AccessMeta(by: "ann", action: "search", detail: "x"))
  }
}
