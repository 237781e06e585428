import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// The client's messages: framed, gathered into batches of one step each, and passed on.
extension PostgresMachine {
  private struct Frame {
    var type: UInt8
    /// Bytes of the whole message.
    var length: Int
  }

  mutating func takeRequests() {
    while case .session = phase {
      switch gate {
      case .judging, .held: return
      case .draining(let until):
        if settledSegment >= until {
          gate = .open
        } else if !copyIn {
          // The end of COPY data belongs to the segment that is waited for: it cannot end without.
          if batch.copies { closeBatch() }
          return
        }
      case .open: break
      }
      if clientStreaming > 0 {
        guard streamCopyData() else { break }
        continue
      }
      let available = clientBytes.readableBytes - batch.scanned
      let start = clientBytes.readerIndex + batch.scanned
      guard available > 0, let type = clientBytes.getInteger(at: start, as: UInt8.self) else { break }
      if !isRequest(type) { return violation(.client, "an unknown message type") }
      guard available >= 5, let raw = clientBytes.getInteger(at: start + 1, as: UInt32.self) else { break }
      guard raw >= 4, raw <= settings.limits.clientMessage else {
        return violation(.client, "a message of a length that is not allowed")
      }
      let frame = Frame(type: type, length: Int(raw) + 1)
      if isCopy(type) {
        guard takeCopy(frame, available: available) else { break }
        continue
      }
      if available < frame.length { break }
      if case .draining = gate, type != UInt8(ascii: "S"), type != UInt8(ascii: "H") { return closeBatch() }
      guard expected.count < settings.limits.pipeline else { break }
      if batch.scanned > 0, batch.scanned + frame.length > settings.limits.clientMessage + PostgresMachine.batchRoom {
        // Two messages may each be as large as is allowed; a record of both would be larger than the recorder takes.
        closeBatch()
        continue
      }
      takeMessage(frame)
    }
    if case .session = phase, !waitsForVerdict { endOfRead() }
  }

  /// Bytes that a record may hold beyond its largest message: an Execute stands with its Bind.
  private static let batchRoom = 64 << 10

  private var waitsForVerdict: Bool {
    switch gate {
    case .judging, .held: true
    case .open, .draining: false
    }
  }

  private func isCopy(_ type: UInt8) -> Bool {
    type == UInt8(ascii: "d") || type == UInt8(ascii: "c") || type == UInt8(ascii: "f")
  }

  private func isRequest(_ type: UInt8) -> Bool {
    switch type {
    case UInt8(ascii: "Q"), UInt8(ascii: "P"), UInt8(ascii: "B"), UInt8(ascii: "D"), UInt8(ascii: "E"),
      UInt8(ascii: "C"), UInt8(ascii: "H"), UInt8(ascii: "S"), UInt8(ascii: "F"), UInt8(ascii: "d"),
      UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "X"):
      true
    default: false
    }
  }

  private mutating func takeMessage(_ frame: Frame) {
    // COPY data belongs to the step that asked for it, not to the one that begins here.
    if batch.copies, frame.type != UInt8(ascii: "S"), frame.type != UInt8(ascii: "H") { closeBatch() }
    if batch.scanned == 0 { batch.arrived = now.monotonic }
    if copyIn, frame.type != UInt8(ascii: "S"), frame.type != UInt8(ascii: "H"), frame.type != UInt8(ascii: "X") {
      return violation(.client, "a request while COPY data is expected")
    }
    switch frame.type {
    case UInt8(ascii: "Q"): takeQuery(frame.length)
    case UInt8(ascii: "P"): takeParse(frame.length)
    case UInt8(ascii: "B"): takeBind(frame.length)
    case UInt8(ascii: "D"): takeDescribe(frame.length)
    case UInt8(ascii: "E"): takeExecute(frame.length)
    case UInt8(ascii: "C"): takeClose(frame.length)
    case UInt8(ascii: "F"): takeFunctionCall(frame.length)
    case UInt8(ascii: "H"):
      guard frame.length == 5 else { return violation(.client, "malformed Flush") }
      batch.scanned += frame.length
      batch.flushes = true
    case UInt8(ascii: "S"):
      guard frame.length == 5 else { return violation(.client, "malformed Sync") }
      batch.scanned += frame.length
      batch.flushes = true
      takeSync()
    case UInt8(ascii: "X"):
      guard frame.length == 5 else { return violation(.client, "malformed Terminate") }
      terminate()
    default: preconditionFailure("every type of isRequest has its case")
    }
  }

  private mutating func takeSync() {
    // While the server reads COPY data it ignores a Sync.
    if copyIn { return }
    batch.expectations.append(Expectation(kind: .sync, step: 0))
    endSegment()
    if batch.meta == nil { closeBatch() }
  }

  /// A Sync, a Query or a FunctionCall has been taken.
  mutating func endSegment() {
    let ended = segment
    segment += 1
    if barrierInSegment {
      barrierInSegment = false
      closeBatch()
      if case .open = gate { gate = .draining(segment: ended) }
    }
  }

  /// The client's goodbye. It goes on as it is: the session's last record says that it was seen.
  private mutating func terminate() {
    closeBatch()
    if !expected.isEmpty {
      close("client closed", graceful: true, failed: false)
      return
    }
    if let goodbye = clientBytes.readSlice(length: min(5, clientBytes.readableBytes)) {
      effects.append(.forward(goodbye, to: .upstream))
    }
    close("client closed", graceful: true, failed: false)
  }

  /// Passes on what has been gathered, unless it waits for the message that makes it a step.
  private mutating func endOfRead() {
    guard batch.scanned > 0 else { return }
    // A Bind that must be decided waits for its Execute, which may come in the next read.
    let isLong = batch.scanned > PostgresMachine.waitingBytes && batch.guarded == nil
    if batch.meta != nil || batch.flushes || isLong { closeBatch() }
  }

  /// Ends the open batch when it already holds its step: what comes next belongs to another.
  mutating func closeIfStepped() {
    if batch.meta != nil { closeBatch() }
  }

  /// Records and passes on the open batch.
  mutating func closeBatch() {
    if batch.scanned > 0, batch.meta == nil, let guarded = batch.guarded { return refuseBind(guarded) }
    guard batch.scanned > 0, let wire = clientBytes.readSlice(length: batch.scanned) else { return batch.reset() }
    if var meta = batch.meta {
      meta.text = batch.textPart == nil ? meta.text : .part
      recordRequest(meta, wire: wire, text: batch.textPart)
      if let flight = batch.flight { inFlight.append(flight) }
      enqueue(batch.expectations, step: meta.step)
    } else if let parsed = batch.parsed {
      steps += 1
      recordRequest(preparation(parsed, step: steps), wire: wire, text: nil)
      inFlight.append(StepInFlight(step: steps, arrived: batch.arrived, sent: now.monotonic))
      enqueue(batch.expectations, step: steps)
    } else {
      recordRequestMore(wire)
      enqueue(batch.expectations, step: steps)
    }
    effects.append(.forward(wire, to: .upstream))
    batch.reset()
  }

  private func preparation(_ parsed: PreparedStatement, step: Int) -> RequestMeta {
    let judgement = parsed.judgement
    return RequestMeta(
      step: step, operation: "prepare", statementClass: judgement.facts.statementClass, kind: judgement.facts.kind,
      objects: judgement.facts.objects, reasons: judgement.facts.reasons, risk: judgement.risk, verdict: .allow,
      rule: judgement.rule, text: .wire(offset: parsed.textOffset, length: parsed.textLength),
      statement: parsed.name.isEmpty ? nil : parsed.name, transaction: transaction.name, claims: judgement.claims)
  }

  /// Adds answers that the server owes; while it skips to Sync it owes none but that of the Sync.
  mutating func enqueue(_ expectations: [Expectation], step: Int) {
    var skipped: [Expectation] = []
    for var expectation in expectations {
      expectation.step = step
      if skipping {
        switch expectation.kind {
        case .sync: skipping = false
        case .query, .substituteQuery, .functionCall:
          settledSegment += 1
          skipped.append(expectation)
          recordNotRun(step)
          continue
        case .execute, .substituteParse:
          skipped.append(expectation)
          recordNotRun(step)
          continue
        case .parse, .bind, .describePortal, .describeStatement, .close:
          skipped.append(expectation)
          continue
        }
      }
      expected.append(expectation)
    }
    undo(skipped)
  }

  // COPY data of the client.

  /// - Returns: False when more bytes, or an answer, must come first.
  private mutating func takeCopy(_ frame: Frame, available: Int) -> Bool {
    closeIfStepped()
    // Data ahead of the server's CopyInResponse waits for it, or for the answer that shows there will be none.
    guard copyIn || expected.isEmpty || skipping else { return false }
    if frame.type == UInt8(ascii: "d") {
      let now = min(frame.length, available)
      batch.scanned += now
      clientStreaming = frame.length - now
      batch.flushes = true
      batch.copies = true
      return true
    }
    guard available >= frame.length else { return false }
    batch.scanned += frame.length
    batch.flushes = true
    batch.copies = true
    copyIn = false
    return true
  }

  private mutating func streamCopyData() -> Bool {
    let available = clientBytes.readableBytes - batch.scanned
    guard available > 0 else { return false }
    let now = min(clientStreaming, available)
    batch.scanned += now
    batch.flushes = true
    batch.copies = true
    clientStreaming -= now
    return clientStreaming == 0
  }
}
