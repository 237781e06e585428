import SessionModel
import Testing

@testable import ConsoleCore

@Suite("After a decision")
struct DecidedTests {
  private func approved() -> ApprovalView {
    var view = ConsoleFixture.approvals[0]
    view.outcome = .approved
    view.by = "approver-2"
    view.decided = ConsoleFixture.now
    return view
  }

  @Test("What was decided here stands in the history at once, whatever lists the index still gives")
  func atOnce() {
    var model = ConsoleFixture.model(120, 36)
    _ = model.update(.key(.character("w")))
    _ = ConsoleFixture.serve(model.update(.key(.enter)), &model)
    let sent = model.update(.decided(approved()))
    #expect(sent == [.loadApprovals, .loadHistory])
    // The index is a moment behind: it still has the request waiting, and no history.
    _ = model.update(.approvals(ConsoleFixture.approvals))
    _ = model.update(.history([]))
    #expect(model.context == .approvals)
    let shown = (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n")
    #expect(!shown.contains("nothing yet"))
    #expect(shown.contains("you: 1 decided"))
    #expect(model.waiting.map(\.id) == [ConsoleFixture.approvals[1].id])
    // When the index has it, it is there once.
    _ = model.update(.history([approved()]))
    #expect(model.history.count == 1)
  }

  @Test("A request that waits for a second person stays in the queue")
  func quorum() {
    var model = ConsoleFixture.model(120, 36)
    var view = ConsoleFixture.approvals[0]
    view.approvedBy = ["approver-2"]
    _ = model.update(.decided(view))
    #expect(model.waiting.count == 2)
    #expect(model.history.isEmpty)
  }
}
