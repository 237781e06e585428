import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// The target's answers: scanned in place, recorded and passed on as they came.
extension PostgresMachine {
  /// What a scan of a read stopped for.
  private enum Scan {
    case done
    /// The error at this offset is put into the client's words.
    case replace(at: Int, length: Int, Refusal)
    /// The end of a large message, behind which the gateway has something to say.
    case boundary
    case failed(String)
  }

  /// One read being scanned: `forwarded` bytes of it are passed on, of which `recorded` stand in a record.
  struct ReadInProgress {
    var bytes: ByteBuffer
    /// End of what has been looked at.
    var scanned = 0
    /// Begin of what is in no record yet.
    var runStart = 0
    /// Step that the bytes from `runStart` belong to; 0 for none.
    var runStep = 0
    var runFinal = false
    /// It begins within a message of which the client has the begin.
    var isWithinMessage = false
  }

  mutating func takeResponses(_ bytes: ByteBuffer) {
    if masking?.masks.isPassive == false { return takeMaskedResponses(bytes) }
    var read: ReadInProgress
    if upstreamBytes.readableBytes > 0 {
      upstreamBytes.join(bytes)
      read = ReadInProgress(bytes: upstreamBytes)
      upstreamBytes = ByteBuffer()
    } else {
      read = ReadInProgress(bytes: bytes)
    }
    read.runStep = progress.step
    read.isWithinMessage = upstreamStreaming > 0
    guard scanAll(&read) else { return }
    finish(&read)
    if !isEnded, read.bytes.readableBytes > 0 { upstreamBytes = read.bytes }
  }

  /// Records and passes on what has been scanned.
  mutating func finish(_ read: inout ReadInProgress) {
    endRun(&read)
    passScanned(&read)
  }

  /// Scans the whole messages of a read. False when the session has ended.
  mutating func scanAll(_ read: inout ReadInProgress) -> Bool {
    while true {
      let buffer = read.bytes
      let outcome = buffer.withUnsafeReadableBytes { scan($0, &read) }
      if isEnded { return false }
      switch outcome {
      case .done: return true
      case .boundary:
        finish(&read)
        if isEnded { return false }
        effects.append(.forward(untold, to: .client))
        untold = ByteBuffer()
      case .failed(let detail):
        finish(&read)
        violation(.upstream, detail)
        return false
      case .replace(let at, let length, let refusal):
        read.scanned = at
        endRun(&read)
        if isEnded { return false }
        passScanned(&read)
        read.bytes.moveReaderIndex(forwardBy: length)
        var answer = ByteBuffer()
        ServerMessage.writeReport(
          &answer, severity: .error, code: refusal.code, message: refusal.message, detail: refusal.detail,
          hint: refusal.hint)
        let own = answer.readableBytes
        answer.writeImmutableBuffer(read.bytes)
        let step = read.runStep
        read = ReadInProgress(bytes: answer)
        read.scanned = own
        read.runStep = step
        progress.origin = ResponseProgress.gateway
        progress.error = ResponseError(code: refusal.code, message: String(refusal.message.prefix(1024)))
        failed()
        read.runFinal = expected.first?.step != step
      }
    }
  }

  private mutating func scan(_ raw: UnsafeRawBufferPointer, _ read: inout ReadInProgress) -> Scan {
    let count = raw.count
    var at = read.scanned
    defer { read.scanned = at }
    if upstreamStreaming > 0 {
      let taken = min(upstreamStreaming, count - at)
      at += taken
      upstreamStreaming -= taken
      if upstreamStreaming > 0 { return .done }
      if untold.readableBytes > 0 { return .boundary }
    }
    let isWatching = masking?.masks.isPassive ?? false
    while count - at >= 5 {
      let type = raw[at]
      let length = Int(UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: at + 1, as: UInt32.self)))
      guard length >= 4, length <= Int(Int32.max) else { return .failed("a message of a length that cannot be") }
      let isRow = type == UInt8(ascii: "D")
      if isRow || type == UInt8(ascii: "d") {
        guard let head = expected.first, head.kind == .query || head.kind == .execute else {
          return .failed("rows that nobody asked for")
        }
        if count - at < length + 1 {
          // What is not larger than a record waits for its end, so that records hold whole messages.
          if length + 1 <= settings.limits.responseChunk { return .done }
          startMessage(head.step, &read, at)
          if isEnded { return .done }
          progress.rows &+= 1
          upstreamStreaming = length + 1 - (count - at)
          at = count
          return .done
        }
        if head.step != read.runStep || progress.resultEnded {
          startMessage(head.step, &read, at)
          if isEnded { return .done }
        }
        if isWatching { watch(UnsafeRawBufferPointer(rebasing: raw[at..<at + length + 1])) }
        progress.rows &+= 1
        at += length + 1
        continue
      }
      guard length <= settings.limits.upstreamMessage else { return .failed("a message larger than is allowed") }
      if count - at < length + 1 { return .done }
      let step = stepOf(type)
      if step != read.runStep || progress.resultEnded && !isBeside(type) {
        startMessage(step, &read, at)
        if isEnded { return .done }
      }
      let body = WireCursor(raw, (at + 5)..<(at + 1 + length))
      if isWatching { watch(UnsafeRawBufferPointer(rebasing: raw[at..<at + length + 1])) }
      switch answer(type, body) {
      case .passed: at += length + 1
      case .refused(let refusal): return .replace(at: at, length: length + 1, refusal)
      case .wrong(let detail): return .failed(detail)
      case .ended: return .done
      }
      read.runFinal = expected.first?.step != read.runStep
    }
    return .done
  }

  private func stepOf(_ type: UInt8) -> Int { expected.first?.step ?? 0 }

  /// Messages that may come at any time, and ReadyForQuery, which begin no result.
  private func isBeside(_ type: UInt8) -> Bool {
    switch type {
    case UInt8(ascii: "N"), UInt8(ascii: "S"), UInt8(ascii: "A"), UInt8(ascii: "Z"): true
    default: false
    }
  }

  /// A message of another step or result begins here: what is before it becomes a record.
  private mutating func startMessage(_ step: Int, _ read: inout ReadInProgress, _ at: Int) {
    if at > read.runStart {
      read.scanned = at
      if progress.resultEnded { read.runFinal = true }
      endRun(&read)
      if isEnded { return }
    }
    read.runStep = step
    read.runFinal = false
    if step != progress.step {
      if step > 0 { beginProgress(step) }
    } else if progress.resultEnded {
      nextResult()
    }
  }

  mutating func beginProgress(_ step: Int) {
    progress = ResponseProgress()
    progress.step = step
    while let flight = inFlight.first, flight.step <= step {
      if flight.step == step { progress.inFlight = flight }
      inFlight.removeFirst()
    }
    if let flight = progress.inFlight, flight.statements > 1 { progress.sub = 1 }
    outflow?.began(progress.inFlight?.touched ?? TouchedObjects(isUnknown: true))
  }

  private mutating func nextResult() {
    progress.resultEnded = false
    progress.sub = max(1, progress.sub) + 1
    progress.rows = 0
    progress.counted = 0
    progress.tag = nil
    progress.notices = 0
  }

  /// Makes a record of what has been looked at since the last.
  private mutating func endRun(_ read: inout ReadInProgress) {
    let end = read.scanned
    if end > read.runStart, endsByOutflow(end - read.runStart, recorded: &read) { return }
    let chunk = max(1, settings.limits.responseChunk)
    while read.runStart < end {
      let length = min(chunk, end - read.runStart)
      guard let slice = read.bytes.getSlice(at: read.bytes.readerIndex + read.runStart, length: length) else { return }
      read.runStart += length
      if read.runStep == 0 {
        note("notification", "messages of the target beside any step", wire: slice)
      } else {
        recordResponse(slice, final: read.runStart == end && read.runFinal && upstreamStreaming == 0)
      }
    }
    if !skippedSteps.isEmpty {
      for step in skippedSteps { recordNotRun(step) }
      skippedSteps.removeAll()
    }
  }

  /// Passes on what stands in records now.
  private mutating func passScanned(_ read: inout ReadInProgress) {
    guard !isEnded, read.scanned > 0, let slice = read.bytes.readSlice(length: read.scanned) else { return }
    effects.append(.forward(slice, to: .client))
    read.scanned = 0
    read.runStart = 0
    read.isWithinMessage = false
  }
}
