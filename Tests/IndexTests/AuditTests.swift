import SessionModel
import TestSupport
import Testing

@testable import Index

@Suite("SQLiteIndex: audit")
struct AuditTests {
  private func filled() throws -> (TemporaryFolder, SQLiteIndex) {
    let folder = try TemporaryFolder()
    let index = try SQLiteIndex(path: folder.path + "/index.sqlite")
    var made = RecordFactory()
    let session = SessionID(rawValue: 7)
    try made.add(.recorder, nil, meta: RecorderMeta(event: "start", detail: ""))
    try made.start(session)
    try made.hold(session, 1, "DROP TABLE orders", nonce: "00112233445566778899aabbccddeeff")
    try made.add(.access, nil, meta: AccessMeta(by: "anna", action: "search", detail: "drop\0table"))
    try made.add(
      .decision, session,
      meta: DecisionMeta(
        step: 1, outcome: .denied, by: "bert", reason: "wrong table", request: .none,
        nonce: "00112233445566778899aabbccddeeff", proof: "peer uid 5"))
    try made.add(.access, nil, meta: AccessMeta(by: "anna", action: "export", detail: session.description))
    try index.apply(made.records)
    return (folder, index)
  }

  @Test("Looks, decisions and the recorder's own events come newest first, with who and what")
  func order() throws {
    let (folder, index) = try filled()
    let entries = try index.audit(by: nil, action: nil, limit: 10, before: nil)
    #expect(entries.map(\.action) == ["export", "denied", "search", "start"])
    #expect(entries.map(\.by) == ["anna", "bert", "anna", "recorder"])
    #expect(entries[1].session == SessionID(rawValue: 7))
    #expect(entries[1].step == 1)
    #expect(entries[1].detail == "wrong table")
    #expect(entries[2].detail == "drop\u{FFFD}table")
    withExtendedLifetime(folder) {}
  }

  @Test("A person, an action and a page narrow it")
  func narrowed() throws {
    let (folder, index) = try filled()
    #expect(try index.audit(by: "anna", action: nil, limit: 10, before: nil).map(\.action) == ["export", "search"])
    #expect(try index.audit(by: "anna", action: "search", limit: 10, before: nil).count == 1)
    #expect(try index.audit(by: "carl", action: nil, limit: 10, before: nil).isEmpty)
    let first = try index.audit(by: nil, action: nil, limit: 2, before: nil)
    let second = try index.audit(by: nil, action: nil, limit: 2, before: first.last?.seq)
    #expect((first + second).map(\.action) == ["export", "denied", "search", "start"])
    withExtendedLifetime(folder) {}
  }
}
