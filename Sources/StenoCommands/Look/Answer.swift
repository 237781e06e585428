import QueryProtocol
import RecorderClient
import SessionModel

extension RecorderClient {
  /// One session by identifier or unique prefix.
  func summary(_ id: String) async throws -> SessionSummary {
    guard case .session(let found) = try await request(.session(id)) else { throw CommandFailure.unexpectedAnswer }
    guard let found else {
      throw CommandFailure("no session \(Shown.line(id, limit: 80)); `steno sessions` lists them", status: 1)
    }
    return found
  }

  /// All steps of a session in order, a page at a time.
  func eachStep(of session: SessionID, after: Int = 0, _ body: (StepView) async throws -> Void) async throws {
    var after = after
    while true {
      guard case .steps(let page) = try await request(.steps(session: session, after: after, limit: 500)) else {
        throw CommandFailure.unexpectedAnswer
      }
      for step in page { try await body(step) }
      guard let last = page.last, last.step > after else { return }
      after = last.step
    }
  }

  func step(_ number: Int, of session: SessionID) async throws -> StepView {
    guard case .step(let found) = try await request(.step(session: session, step: number)) else {
      throw CommandFailure.unexpectedAnswer
    }
    guard let found else {
      throw CommandFailure("session \(session) has no step \(number); `steno show \(session)` lists them", status: 1)
    }
    return found
  }

  func approvals(all: Bool) async throws -> [ApprovalView] {
    guard case .approvals(let list) = try await request(.approvals(all: all)) else {
      throw CommandFailure.unexpectedAnswer
    }
    return list
  }
}

extension CommandFailure {
  static let unexpectedAnswer = CommandFailure(
    "the recorder answered something else than was asked; use the same version of both")
}
