import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

/// A shell's recording as the recorder gives it, a page at a time.
struct ShellRecording {
  struct Moment {
    var at: Int64
    var kind: ShellEvent.Kind
    /// Of output or input.
    var bytes: [UInt8]
    /// Of a mark: its label.
    var label: String?
    /// A step begins here.
    var step: Int?
  }

  let session: SessionID
  let client: RecorderClient
  private(set) var origin: ImportOrigin?
  private var cursor: UInt64?
  private var isAtEnd = false
  private var lastStep = 0

  init(_ session: SessionID, _ client: RecorderClient) {
    self.session = session
    self.client = client
  }

  /// The size that it starts with.
  var size: (columns: Int, rows: Int) { (origin?.columns ?? 80, origin?.rows ?? 24) }

  /// The next records' moments: those of one record in order, and output always in the order in which it came. `nil` at the end.
  mutating func next() async throws -> [[Moment]]? {
    guard !isAtEnd else { return nil }
    let verb = QueryRequest.Verb.recording(session: session, after: cursor, limit: RecordingPage.limit)
    guard case .recording(let page) = try await client.request(verb) else { throw CommandFailure.unexpectedAnswer }
    if let found = page.origin { origin = found }
    cursor = page.next
    isAtEnd = page.next == nil
    return try page.pieces.map { try moments($0) }
  }

  private mutating func moments(_ piece: RecordingPage.Piece) throws -> [Moment] {
    guard let events = ShellEvents(piece.events), let data = Data(base64Encoded: piece.bytes) else {
      throw CommandFailure.unexpectedAnswer
    }
    let bytes = Array(data)
    var offset = 0
    return try events.list.map { event in
      guard offset + event.bytes <= bytes.count else { throw CommandFailure.unexpectedAnswer }
      defer { offset += event.bytes }
      let isNew = piece.step > lastStep
      lastStep = max(lastStep, piece.step)
      return Moment(
        at: event.at, kind: event.kind, bytes: Array(bytes[offset..<(offset + event.bytes)]), label: piece.label,
        step: isNew ? piece.step : nil)
    }
  }
}
