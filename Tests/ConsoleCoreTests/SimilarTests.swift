import SessionModel
import Testing

@testable import ConsoleCore

@Suite("The same kind of statement, elsewhere")
struct SimilarTests {
  private func opened(_ step: Int) -> ConsoleModel {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jj\ng" + String(repeating: ".", count: step - 1), &model)
    return model
  }

  private func hit(_ session: UInt64, _ step: Int, ago: Int64) -> SearchHit {
    SearchHit(
      session: ConsoleFixture.id(session), step: step, at: ConsoleFixture.ago(ago), field: "request", snippet: "",
      agent: "other", connection: "c", verdict: .allow)
  }

  @Test("Earlier is the first match before this record, in whatever session")
  func earlier() {
    var model = opened(4)
    let sent = model.update(.key(.character("{")))
    guard case .search(let query, _, let before)? = sent.first else {
      Issue.record("nothing was asked")
      return
    }
    #expect(query.hasPrefix("\"DELETE FROM refunds"))
    #expect(before == 1004)
    let next = model.update(.hits(query: query, [hit(5, 3, ago: 900), hit(6, 1, ago: 990)], before: before, next: nil))
    #expect(next.contains(.loadSession(ConsoleFixture.id(5))))
    guard case .session(let session) = model.screen else { return }
    #expect(session.selected == 3)
  }

  @Test("Later is the nearest of those that came after, and the step itself is none")
  func later() {
    var model = opened(2)
    guard case .search(let query, _, nil)? = model.update(.key(.character("}"))).first else {
      Issue.record("nothing was asked")
      return
    }
    #expect(query.contains(" after:"))
    let hits = [hit(6, 9, ago: 1), hit(5, 8, ago: 60), hit(3, 2, ago: 90)]
    _ = model.update(.hits(query: query, hits, before: nil, next: nil))
    guard case .session(let session) = model.screen else { return }
    #expect(session.id == ConsoleFixture.id(5))
    #expect(session.selected == 8)
  }

  @Test("Where there is none, or too many to tell, the step stays and that is said")
  func none() {
    var model = opened(2)
    guard case .search(let query, _, _)? = model.update(.key(.character("{"))).first else { return }
    _ = model.update(.hits(query: query, [], before: 1002, next: nil))
    #expect(model.notice?.text.contains("no earlier") == true)
    guard case .search(let later, _, _)? = model.update(.key(.character("}"))).first else { return }
    var pages = 0
    var sent = model.update(.hits(query: later, [hit(6, 9, ago: 1)], before: nil, next: 9))
    while case .search(_, _, let before)? = sent.first, pages < 100 {
      pages += 1
      sent = model.update(.hits(query: later, [hit(6, 9, ago: 1)], before: before, next: 9))
    }
    #expect(pages < SimilarSearch.pages)
    #expect(model.notice?.text.contains("too many") == true)
    guard case .session(let session) = model.screen else { return }
    #expect(session.selected == 2)
  }
}
