import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

/// One session on its way to the recorder. Items go in order, one request at a time: what is not yet on record waits here, and no more than
/// one request's worth of it.
final class ImportLink {
  /// Bytes of Base64 and events of one request; `QueryVersion.request` has room for it.
  private static let room = 40 << 10

  let session: SessionID
  private let client: RecorderClient
  private var held: AsyncThrowingStream<QueryReply.Body, any Error>.Iterator
  private var items: [ImportItem] = []
  private var size = 0
  private(set) var steps = 0

  init(_ start: ImportStart, _ client: RecorderClient) async throws {
    self.client = client
    held = client.stream(.importBegin(start)).makeAsyncIterator()
    guard case .importing(let id)? = try await held.next() else { throw CommandFailure.unexpectedAnswer }
    session = id
  }

  func send(_ item: ImportItem) async throws {
    let item = try ImportLink.fitting(item)
    if case .step = item { steps += 1 }
    let weight = ImportLink.weight(item)
    if size + weight > ImportLink.room { try await flush() }
    items.append(item)
    size += weight
  }

  /// - Parameters:
  ///   - cut: Why and where the import stopped before its end.
  ///   - waits: Returns once the session can be found.
  func finish(cut: String? = nil, waits: Bool = true) async throws {
    try await flush()
    let reason = cut.map { "import cut at \($0)" }
    guard case .ended = try await client.request(.importEnd(session: session, reason: reason)) else {
      throw CommandFailure.unexpectedAnswer
    }
    while try await held.next() != nil {}
    if waits { try await waitUntilIndexed() }
  }

  private func flush() async throws {
    guard !items.isEmpty else { return }
    guard case .imported = try await client.request(.importItems(session: session, items)) else {
      throw CommandFailure.unexpectedAnswer
    }
    items = []
    size = 0
  }

  /// What was imported can be found by the next command. A minute is more than the largest file takes.
  func waitUntilIndexed() async throws {
    for _ in 0..<600 {
      guard case .session(let found) = try await client.request(.session(session.description)) else {
        throw CommandFailure.unexpectedAnswer
      }
      if found?.ended != nil { return }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// A step whose words are too long to be sent, as hostile ones are when they are escaped, with less of them: its bytes say all.
  private static func fitting(_ item: ImportItem) throws -> ImportItem {
    guard case .step(var step) = item, try JSONEncoder().encode(item).count > QueryVersion.request - 4096 else {
      return item
    }
    step.text = ReActRun.cut(step.text, 1000)
    step.claims = step.claims.mapValues { ReActRun.cut($0, 200) }
    return .step(step)
  }

  private static func weight(_ item: ImportItem) -> Int {
    switch item {
    case .step(let step):
      step.text.utf8.count * 2 + (step.bytes?.utf8.count ?? 0) + (step.events?.utf8.count ?? 0) + 512
        + step.claims.reduce(0) { $0 + $1.key.utf8.count + 2 * $1.value.utf8.count }
    case .input(let events, let bytes): (events?.utf8.count ?? 0) + bytes.utf8.count + 64
    case .output(let events, let bytes, _): (events?.utf8.count ?? 0) + bytes.utf8.count + 4096
    case .note(_, let detail): detail.utf8.count * 2 + 128
    }
  }
}
