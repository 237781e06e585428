import NIOCore
import PostgresWire
import ProxyCore
import SessionModel

// What each message of the target means for the requests that wait.
extension PostgresMachine {
  enum Answer {
    case passed
    /// The error of the gateway's own statement: the client reads this instead.
    case refused(Refusal)
    case wrong(String)
    /// The session has ended meanwhile.
    case ended
  }

  mutating func answer(_ type: UInt8, _ body: WireCursor) -> Answer {
    var body = body
    let head = expected.first?.kind
    switch type {
    case UInt8(ascii: "T"):
      switch head {
      case .query?: return .passed
      case .describePortal?, .describeStatement?: return settled()
      default: return .wrong("a RowDescription that nobody asked for")
      }
    case UInt8(ascii: "C"):
      guard let tag = body.takeCString() else { return .wrong("malformed CommandComplete") }
      switch head {
      case .query?:
        progress.tag = body.text(tag)
        progress.resultEnded = true
        copyIn = false
        return .passed
      case .execute?:
        progress.tag = body.text(tag)
        copyIn = false
        return settled()
      default: return .wrong("a CommandComplete that nobody asked for")
      }
    case UInt8(ascii: "I"):
      switch head {
      case .query?:
        progress.resultEnded = true
        return .passed
      case .execute?: return settled()
      default: return .wrong("an EmptyQueryResponse that nobody asked for")
      }
    case UInt8(ascii: "s"): return head == .execute ? settled() : .wrong("a PortalSuspended that nobody asked for")
    case UInt8(ascii: "Z"): return ready(&body)
    case UInt8(ascii: "E"): return takeError(body)
    case UInt8(ascii: "N"):
      progress.notices &+= 1
      return .passed
    case UInt8(ascii: "S"):
      guard let name = body.readCString(), let value = body.readCString() else {
        return .wrong("malformed ParameterStatus")
      }
      return watchParameter(name, value) ? .passed : .ended
    case UInt8(ascii: "A"): return .passed
    case UInt8(ascii: "1"): return head == .parse ? settled() : .wrong("a ParseComplete that nobody asked for")
    case UInt8(ascii: "2"): return head == .bind ? settled() : .wrong("a BindComplete that nobody asked for")
    case UInt8(ascii: "3"): return head == .close ? settled() : .wrong("a CloseComplete that nobody asked for")
    case UInt8(ascii: "n"):
      switch head {
      case .describePortal?, .describeStatement?: return settled()
      default: return .wrong("a NoData that nobody asked for")
      }
    case UInt8(ascii: "t"): return parameterTypes(&body)
    case UInt8(ascii: "G"): return beginCopyIn()
    case UInt8(ascii: "H"), UInt8(ascii: "c"):
      return head == .query || head == .execute ? .passed : .wrong("COPY data that nobody asked for")
    case UInt8(ascii: "V"): return head == .functionCall ? .passed : .wrong("a result that nobody asked for")
    case UInt8(ascii: "W"): return .wrong("COPY in both directions, which only replication has")
    default: return .wrong("a message that has no place in a session")
    }
  }

  /// The first request that waits has been answered.
  private mutating func settled() -> Answer {
    expected.removeFirst()
    return .passed
  }

  private mutating func ready(_ body: inout WireCursor) -> Answer {
    guard let status = body.readUInt8().flatMap(TransactionState.init(rawValue:)), body.remaining == 0 else {
      return .wrong("malformed ReadyForQuery")
    }
    switch expected.first?.kind {
    case .query?, .functionCall?, .sync?: break
    case .substituteQuery?:
      guard progress.error != nil else { return .wrong("the gateway's own statement did not fail") }
    default: return .wrong("a ReadyForQuery that nobody asked for")
    }
    expected.removeFirst()
    settledSegment += 1
    copyIn = false
    transaction = status
    progress.transaction = status
    switch status {
    case .idle:
      transactionSince = nil
      // Portals end with their transaction.
      if portals.count > 1, expected.isEmpty, settledSegment == segment - 1 {
        for (name, portal) in portals where portal.segment < segment { setPortal(name, nil) }
      }
    case .open, .failed:
      if transactionSince == nil { transactionSince = now.monotonic }
    }
    return .passed
  }

  private mutating func parameterTypes(_ body: inout WireCursor) -> Answer {
    guard let head = expected.first, head.kind == .describeStatement else {
      return .wrong("a ParameterDescription that nobody asked for")
    }
    guard let count = body.readUInt16(), body.remaining == Int(count) * 4 else {
      return .wrong("malformed ParameterDescription")
    }
    guard count > 0, let statement = statements[head.name] else { return .passed }
    var types: [UInt32] = []
    types.reserveCapacity(Int(count))
    for _ in 0..<count { types.append(body.readUInt32() ?? 0) }
    if statement.types != types { setStatement(head.name, statement.described(types)) }
    return .passed
  }

  private mutating func beginCopyIn() -> Answer {
    guard let head = expected.first, head.kind == .query || head.kind == .execute else {
      return .wrong("a CopyInResponse that nobody asked for")
    }
    // The server ignores a Sync that it reads among COPY data, and takes anything else there for an error.
    while expected.count > 1 {
      let next = expected[expected.index(after: expected.startIndex)]
      guard next.kind == .sync else {
        violation(.client, "requests pipelined behind COPY FROM STDIN")
        return .ended
      }
      expected.remove(at: expected.index(after: expected.startIndex))
      settledSegment += 1
    }
    copyIn = true
    return .passed
  }

  private mutating func takeError(_ body: WireCursor) -> Answer {
    guard let fields = ServerMessageFields(body) else { return .wrong("malformed ErrorResponse") }
    if fields.severity == "FATAL" || fields.severity == "PANIC" {
      targetSaidGoodbye = true
    } else if let head = expected.first?.kind, head == .substituteQuery || head == .substituteParse {
      if let refusal = progress.inFlight?.refusal { return .refused(refusal) }
    }
    progress.error = ResponseError(code: fields.code, message: String(fields.message.prefix(1024)))
    failed()
    return .passed
  }

  /// The first request that waits has failed: takes back what was believed, and drops what the server will skip.
  mutating func failed() {
    copyIn = false
    guard let head = expected.first else { return }
    switch head.kind {
    case .query:
      if let statements = progress.inFlight?.statements, statements > 1 {
        progress.notRun = max(0, statements - max(1, progress.resultEnded ? progress.sub + 1 : progress.sub))
      }
      undo(head)
      expected[expected.startIndex].undo = .none
    case .substituteQuery, .functionCall, .sync: break
    case .parse, .bind, .describePortal, .describeStatement, .close, .execute, .substituteParse: skipToSync()
    }
  }

  private mutating func skipToSync() {
    let failedStep = expected.first?.step ?? 0
    var dropped: [Expectation] = []
    while let head = expected.first, head.kind != .sync { dropped.append(expected.removeFirst()) }
    skipping = expected.isEmpty
    var first = true
    for expectation in dropped {
      switch expectation.kind {
      case .query, .substituteQuery, .functionCall:
        settledSegment += 1
        skippedSteps.append(expectation.step)
      case .execute, .substituteParse:
        if !first, expectation.step != failedStep { skippedSteps.append(expectation.step) }
      case .parse, .bind, .describePortal, .describeStatement, .close, .sync: break
      }
      first = false
    }
    undo(dropped)
    // A failed unnamed Parse leaves no unnamed statement behind.
    if case .parse? = dropped.first?.kind, case .statement(PostgresMachine.unnamed, _, _)? = dropped.first?.undo {
      setStatement(PostgresMachine.unnamed, nil)
    }
  }
}
