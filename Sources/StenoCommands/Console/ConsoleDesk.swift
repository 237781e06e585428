import ConsoleCore
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import Transcript

/// Carries out what the console asks for, over one connection that is made anew when it is lost.
///
/// The connection, and who waits for it, are touched on this actor alone.
actor ConsoleDesk {
  typealias Answer = @Sendable (Action) -> Void

  private let socket: String
  private let signer: DecisionSigner
  private let searches = SavedSearchFile()
  private var client: RecorderClient?
  private var announced = false
  private var hasListed = false
  private var isReconnecting = false
  private var tail: Task<Void, Never>?

  /// - Parameter client: The first connection, made before the screen is, so that its failure can be told as text.
  /// - Parameter signer: Signs what the person at the console decides.
  init(socket: String, client: RecorderClient, signer: DecisionSigner) {
    self.socket = socket
    self.signer = signer
    self.client = client
  }

  func close() async {
    tail?.cancel()
    await client?.close()
  }

  func perform(_ command: Command, _ answer: @escaping Answer) async {
    guard let client else {
      // The console asks again for what it shows when it is connected again.
      if case .decide = command { answer(.failed(command, message: "not connected: the decision was not sent")) }
      if case .escalate = command { answer(.failed(command, message: "not connected: nobody was asked")) }
      if case .revokeGrant = command { answer(.failed(command, message: "not connected: nothing was revoked")) }
      if case .note = command { answer(.failed(command, message: "not connected: nothing was noted")) }
      if case .endSession = command { answer(.failed(command, message: "not connected: nothing was ended")) }
      return
    }
    if !announced {
      announced = true
      answer(.connected(caller(of: client)))
    }
    do {
      if case .tail(let session, let after) = command {
        follow(client, session, after, answer)
      } else if let action = try await ask(client, command, answer) {
        answer(action)
      }
    } catch let failure as QueryFailure {
      answer(.failed(command, message: failure.message))
    } catch let failure as CommandFailure {
      answer(.failed(command, message: failure.description))
    } catch {
      await lose(client, error, answer)
    }
  }

  private func caller(of client: RecorderClient) -> Caller {
    Caller(
      name: client.welcome.caller, mayApprove: client.welcome.mayApprove, origin: client.welcome.origin,
      trial: client.welcome.trial)
  }

  /// One tail at a time: a new one takes the place of the old.
  private func follow(_ client: RecorderClient, _ session: SessionID?, _ after: UInt64?, _ answer: @escaping Answer) {
    tail?.cancel()
    tail = Task {
      do {
        for try await body in client.stream(.tail(session: session, after: after)) {
          if case .tail(let events) = body { answer(.tail(events)) }
        }
        if !Task.isCancelled { await lose(client, RecorderClientError.closed, answer) }
      } catch is CancellationError {
        return
      } catch let failure as QueryFailure {
        answer(.failed(.tail(session: session, after: after), message: failure.message))
      } catch {
        if !Task.isCancelled { await lose(client, error, answer) }
      }
    }
  }

  /// Says so once, and tries again every second until the recorder is back.
  private func lose(_ lost: RecorderClient, _ error: any Error, _ answer: @escaping Answer) async {
    guard client === lost, !isReconnecting else { return }
    client = nil
    isReconnecting = true
    answer(.disconnected(reason: String(describing: error)))
    await lost.close()
    while !Task.isCancelled {
      if let back = try? await RecorderClient.connect(socket: socket, program: "console") {
        client = back
        isReconnecting = false
        answer(.connected(caller(of: back)))
        return
      }
      do { try await Task.sleep(for: .seconds(1)) } catch { break }
    }
    isReconnecting = false
  }

  /// Sessions of the first list.
  private static let firstList = 60

  private func ask(_ client: RecorderClient, _ command: Command, _ answer: Answer) async throws -> Action? {
    switch command {
    case .loadSessions(let query):
      if query == nil, !hasListed {
        // A screenful is there sooner than all of them.
        hasListed = true
        guard
          case .sessions(let first) = try await client.request(
            .sessions(query: nil, live: false, limit: Self.firstList))
        else { throw CommandFailure.unexpectedAnswer }
        answer(.sessions(first, query: nil))
        if first.count < Self.firstList { return nil }
      }
      guard case .sessions(let list) = try await client.request(.sessions(query: query, live: false, limit: 1000))
      else {
        throw CommandFailure.unexpectedAnswer
      }
      return .sessions(list, query: query)
    case .loadSession(let id):
      guard case .session(let found) = try await client.request(.session(id.description)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .session(found)
    case .loadSteps(let id, let after, let limit):
      guard case .steps(let page) = try await client.request(.steps(session: id, after: after, limit: limit)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .steps(id, page, after: after)
    case .loadStep(let id, let step):
      guard case .step(let found) = try await client.request(.step(session: id, step: step)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .step(found)
    case .loadTable(let id, let step):
      return .table(id, step: step, try await ConsoleDesk.table(client, id, step))
    case .loadWire(let id, let step, let side, let offset, let limit):
      let wire: WireSide =
        switch side {
        case .request: .request
        case .response: .response
        }
      let piece = try await ConsoleDesk.bytes(client, id, step, wire, offset, limit)
      return .wire(id, step: step, side: side, bytes: piece.bytes, offset: offset, total: piece.total)
    case .loadRecording(let id, let after):
      return .recording(id, try await ConsoleDesk.page(client, id, after))
    case .search(let query, let limit, let before):
      guard
        case .hits(let hits, let next) = try await client.request(.search(query: query, limit: limit, before: before))
      else { throw CommandFailure.unexpectedAnswer }
      return .hits(query: query, hits, before: before, next: next)
    case .count(let query):
      guard case .count(let number) = try await client.request(.count(query: query)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .count(query: query, number)
    case .loadApprovals:
      return .approvals(try await client.approvals(all: false))
    case .decide(let approval, let approve, let reason, let leave):
      let grant: ApprovalGrant? = if case .grant(let grant) = leave { grant } else { nil }
      return .decided(
        try await signer.decide(
          client, approval, approve: approve, reason: reason, grant: grant, breaksGlass: leave == .breakingGlass))
    case .escalate(let approval, let reason):
      return .escalated(try await signer.escalate(client, approval, reason: reason))
    case .revokeGrant(let approval, let reason):
      guard case .decided(let view) = try await client.request(.revokeGrant(approval: approval, reason: reason)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .revoked(view)
    case .seen(let approval):
      _ = try await client.request(.seen(approval: approval))
      return nil
    case .endSession(let id, let reason):
      guard case .ended(let ended) = try await client.request(.end(session: id, reason: reason)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .ended(ended)
    case .loadSignals:
      guard case .signals(let signals) = try await client.request(.signals) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .signals(signals)
    case .loadFacets(let query):
      guard case .facets(let facets) = try await client.request(.facets(query: query)) else {
        throw CommandFailure.unexpectedAnswer
      }
      return .facets(query: query, facets)
    case .loadHistory:
      return .history(try await client.approvals(all: true))
    case .loadNotes(let id):
      return .notes(id, try await client.notes(of: id))
    case .note(let id, let step, let mark, let text):
      let note = Annotation(session: id, step: step, mark: mark, text: text)
      guard case .noted = try await client.request(.note(note)) else { throw CommandFailure.unexpectedAnswer }
      // The tail brings it back with its author and time.
      return nil
    case .saveSearch(let search): return .searches(try searches.save(search))
    case .removeSearch(let name): return .searches(try searches.remove(name))
    case .tail, .drawCode, .copy, .bell, .notify, .mouse, .redraw, .suspend, .quit:
      return nil
    }
  }

  /// Bytes of a response that are read to show it as a table.
  private static let tableBytes = 1 << 20

  private static func table(_ client: RecorderClient, _ id: SessionID, _ step: Int) async throws -> ResultTable {
    let summary = try await client.summary(id.description)
    let wire = try await bytes(client, id, step, .response, 0, tableBytes)
    let read = Transcript.table(wire.bytes, proto: summary.proto)
    // The last result with rows: what a person asked a multi-statement query for.
    guard let result = read.results.last(where: { !$0.columns.isEmpty || !$0.rows.isEmpty }) ?? read.results.last else {
      return ResultTable(columns: [], rows: [], total: 0)
    }
    let view = try await client.step(step, of: id)
    let counted = read.results.count == 1 ? view.response?.rows ?? 0 : 0
    return ResultTable(
      columns: result.columns, rows: result.rows, total: max(counted, result.rows.count + read.rowsLeftOff))
  }

  private static func bytes(
    _ client: RecorderClient, _ id: SessionID, _ step: Int, _ side: WireSide, _ offset: Int, _ limit: Int
  ) async throws -> (bytes: [UInt8], total: Int) {
    let verb = QueryRequest.Verb.wire(session: id, step: step, side: side, offset: offset, limit: limit)
    guard case .wire(let piece) = try await client.request(verb), let data = Data(base64Encoded: piece.bytes) else {
      throw CommandFailure.unexpectedAnswer
    }
    return (Array(data), piece.total)
  }
}
