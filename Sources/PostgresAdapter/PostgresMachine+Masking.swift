import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// Masking: between what the target sends and what is recorded and passed on.
extension PostgresMachine {
  /// As `takeResponses`, for a connection with masks: each message is masked whole, then scanned, recorded and passed on.
  mutating func takeMaskedResponses(_ bytes: ByteBuffer) {
    var input = bytes
    if upstreamBytes.readableBytes > 0 {
      upstreamBytes.writeImmutableBuffer(bytes)
      input = upstreamBytes
      upstreamBytes = ByteBuffer()
    }
    var read = ReadInProgress(bytes: ByteBufferAllocator().buffer(capacity: input.readableBytes + 64))
    read.runStep = progress.step
    let total = input.readableBytes
    var at = 0
    while total - at >= 5 {
      let begin = input.readerIndex + at
      guard let type = input.getInteger(at: begin, as: UInt8.self),
        let raw = input.getInteger(at: begin + 1, as: UInt32.self)
      else { break }
      guard raw >= 4, raw <= UInt32(Int32.max) else {
        guard scanMasked(&read) else { return }
        finish(&read)
        return violation(.upstream, "a message of a length that cannot be")
      }
      let length = Int(raw) + 1
      if length > settings.limits.maskedMessage {
        guard scanMasked(&read) else { return }
        finish(&read)
        if isEnded { return }
        return tooLargeToMask(length)
      }
      guard total - at >= length else { break }
      if type == UInt8(ascii: "D") || type == UInt8(ascii: "d") {
        maskRow(input, begin, length, isCopy: type == UInt8(ascii: "d"), &read.bytes)
      } else {
        guard scanMasked(&read) else { return }
        maskBesideRows(input, begin, length, type, &read.bytes)
        guard scanMasked(&read) else { return }
      }
      at += length
    }
    guard scanMasked(&read) else { return }
    finish(&read)
    if isEnded { return }
    keepRest(&input, behind: at)
  }

  /// Scans what has been masked. False when the session has ended.
  private mutating func scanMasked(_ read: inout ReadInProgress) -> Bool {
    guard scanAll(&read) else { return false }
    // What stands in records goes on now, so that the buffer to which more is appended is nobody else's.
    if read.runStart > 0, let recorded = read.bytes.readSlice(length: read.runStart) {
      effects.append(.forward(recorded, to: .client))
      var rest = ByteBufferAllocator().buffer(capacity: max(read.bytes.readableBytes, 1024))
      rest.writeBytes(read.bytes.readableBytesView)
      read.bytes = rest
      read.scanned -= read.runStart
      read.runStart = 0
    }
    return true
  }

  /// Keeps what is no whole message yet: by itself, or the buffer would grow with all that has gone before.
  private mutating func keepRest(_ input: inout ByteBuffer, behind consumed: Int) {
    guard input.readableBytes > consumed else { return }
    if consumed == 0 {
      upstreamBytes = input
      return
    }
    input.moveReaderIndex(forwardBy: consumed)
    upstreamBytes = ByteBuffer(bytes: input.readableBytesView)
  }

  private mutating func tooLargeToMask(_ length: Int) {
    note("mask-limit", "a message of \(length) bytes is larger than this connection's masks examine")
    fatal(code: "54000", "steno: a row of \(length) bytes is larger than this connection's masks examine")
    close("a message of the target is larger than masks examine", graceful: false, failed: true)
  }

  // MARK: Rows

  private mutating func maskRow(
    _ input: ByteBuffer, _ begin: Int, _ length: Int, isCopy: Bool, _ output: inout ByteBuffer
  ) {
    guard masking != nil else { return }
    if !isCopy, masking?.plan == nil {
      beginRows(planOfRows())
    }
    let start = begin - input.readerIndex
    input.withUnsafeReadableBytes { raw in
      let message = UnsafeRawBufferPointer(rebasing: raw[start..<start + length])
      if !isCopy {
        if let replacement = masked(message) { output.writeBytes(replacement) } else { output.writeBytes(message) }
      } else {
        masking?.appendCopy(message, to: &output)
      }
    }
  }

  private mutating func masked(_ message: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let plan = masking?.plan else { return nil }
    if plan.isIdle, message.count >= 7, Int(message[5]) << 8 | Int(message[6]) == plan.columns?.count {
      masking?.rows.pass(message, plan)
      return nil
    }
    return masking?.rows.row(message, plan) ?? nil
  }

  private mutating func withMasking<Result>(_ body: (inout MaskingState) -> Result) -> Result? {
    guard var state = masking else { return nil }
    masking = nil
    defer { masking = state }
    return body(&state)
  }

  private mutating func beginRows(_ plan: RowPlan) {
    masking?.plan = plan
    masking?.rows.begin(plan)
  }

  /// Looks at a message that passes as it is, on a connection that masks nothing.
  mutating func watch(_ message: UnsafeRawBufferPointer) {
    switch message[0] {
    case UInt8(ascii: "D"):
      if masking?.plan == nil { beginRows(planOfRows()) }
      guard let plan = masking?.plan else { return }
      masking?.rows.pass(message, plan)
    case UInt8(ascii: "T"):
      endOfRows()
      describe(WireCursor(message, 5..<message.count))
    case UInt8(ascii: "H"):
      endOfRows()
      beginCopyOut(WireCursor(message, 5..<message.count))
    case UInt8(ascii: "d"):
      masking?.watchCopy(message)
    case UInt8(ascii: "N"), UInt8(ascii: "S"), UInt8(ascii: "A"): break
    case _: endOfRows()
    }
  }

  /// The plan of rows that no RowDescription came before: those of an Execute.
  private func planOfRows() -> RowPlan {
    guard !unusual, let masking, case .portal(let portal)? = expected.first?.source else { return .unknown }
    return masking.plan(of: portal)
  }

  // MARK: Other messages

  private mutating func maskBesideRows(
    _ input: ByteBuffer, _ begin: Int, _ length: Int, _ type: UInt8, _ output: inout ByteBuffer
  ) {
    let start = begin - input.readerIndex
    var replacement: [UInt8]?
    switch type {
    case UInt8(ascii: "E"), UInt8(ascii: "N"):
      replacement = input.withUnsafeReadableBytes { raw in
        withMasking { ReportMasker.report(UnsafeRawBufferPointer(rebasing: raw[start..<start + length]), &$0.rows) }
          ?? nil
      }
      if type == UInt8(ascii: "E") { endOfRows() }
    case UInt8(ascii: "A"):
      replacement = input.withUnsafeReadableBytes { raw in
        notification(UnsafeRawBufferPointer(rebasing: raw[start..<start + length]))
      }
    case UInt8(ascii: "S"): break
    case UInt8(ascii: "V"):
      // The result of a function called by number: neither its type nor what it read is known.
      replacement = [UInt8(ascii: "V"), 0, 0, 0, 8, 255, 255, 255, 255]
      withMasking { $0.rows.tally.withheld("(function result)", rule: $0.masks.anyRule) }
    case UInt8(ascii: "T"):
      endOfRows()
      input.withUnsafeReadableBytes { describe(WireCursor($0, (start + 5)..<(start + length))) }
    case UInt8(ascii: "H"):
      endOfRows()
      input.withUnsafeReadableBytes { beginCopyOut(WireCursor($0, (start + 5)..<(start + length))) }
    case _: endOfRows()
    }
    if let replacement {
      output.writeBytes(replacement)
    } else if let slice = input.getSlice(at: begin, length: length) {
      output.writeImmutableBuffer(slice)
    }
  }

  private mutating func endOfRows() {
    masking?.plan = nil
    masking?.copy = nil
  }

  /// A notification's payload is a text of whoever sent it.
  private mutating func notification(_ message: UnsafeRawBufferPointer) -> [UInt8]? {
    var cursor = WireCursor(message, 5..<message.count)
    guard cursor.readInt32() != nil, cursor.takeCString() != nil else { return nil }
    let begin = cursor.position
    guard let payload = cursor.takeCString() else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: message[payload]).bindMemory(to: UInt8.self)
    guard let masked = withMasking({ $0.rows.beside(text, as: "(notification)") }) ?? nil else { return nil }
    var output = Array(message[..<begin]) + masked + [0]
    let length = UInt32(clamping: output.count - 1)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      output[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(shift))
    }
    return output
  }

  /// A RowDescription: of the rows that follow, or of what a Describe asked about.
  private mutating func describe(_ body: WireCursor) {
    guard let state = masking, let head = expected.first else { return }
    var plan = RowPlan.unknown
    if !unusual, let description = RowDescription(body) {
      let lineage =
        state.masks.columns.isEmpty
        ? OutputLineage.untouched : state.lineage(head.source?.text, statement: statementIndex(head)).outputs
      plan = RowPlan(description, lineage, state.catalogue, state.masks)
    }
    switch (head.kind, head.source) {
    case (.query, _): beginRows(plan)
    case (.describeStatement, .statement(let statement)?):
      masking?.remember(plan, for: statement, live: statements)
    case (.describePortal, .portal(let portal)?): masking?.remember(plan, for: portal, live: portals)
    case (.substituteQuery, _), (.parse, _), (.bind, _), (.describePortal, _), (.close, _), (.describeStatement, _),
      (.execute, _), (.substituteParse, _), (.functionCall, _), (.sync, _):
      break
    }
  }

  /// Which statement of a Query's text is being answered.
  private func statementIndex(_ head: Expectation) -> Int {
    guard progress.step == head.step, progress.sub > 0 else { return 0 }
    return progress.sub - 1 + (progress.resultEnded ? 1 : 0)
  }

  private mutating func beginCopyOut(_ body: WireCursor) {
    guard let state = masking, let head = expected.first else { return }
    var body = body
    let isBinary = body.readUInt8() != 0
    let fields = Int(body.readUInt16() ?? 0)
    let lineage = state.lineage(head.source?.text, statement: statementIndex(head))
    let known = unusual ? StatementLineage(outputs: .unknown) : lineage
    let copy = CopyMasker(known, isBinary: isBinary, fields: fields, state.catalogue, state.masks)
    masking?.copy = copy
    withMasking { copy.begin(&$0.rows) }
  }
}
