import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// The requests one by one. Each is taken from the end of the open batch.
extension PostgresMachine {
  /// Reads the body of the message behind the open batch.
  private func read<Result>(_ length: Int, _ body: (inout WireCursor) -> Result?) -> Result? {
    let start = batch.scanned
    return clientBytes.withUnsafeReadableBytes { raw in
      var cursor = WireCursor(raw, (start + 5)..<(start + length))
      guard let result = body(&cursor), cursor.remaining == 0 else { return nil }
      return result
    }
  }

  mutating func takeQuery(_ length: Int) {
    if batch.scanned > 0 { closeBatch() }
    batch.arrived = now.monotonic
    guard let text = read(length, { $0.readCString() }) else { return violation(.client, "malformed Query") }
    var request = PendingRequest(
      kind: .query, length: length, text: .wire(offset: batch.scanned + 5, length: length - 6), judged: text,
      arrived: now.monotonic)
    if masking != nil { request.source = .text(text) }
    judge(request, text: text)
  }

  mutating func takeParse(_ length: Int) {
    closeIfStepped()
    let start = batch.scanned
    let message = read(length) { cursor -> (WireName, Range<Int>, String, [UInt32])? in
      guard let name = WireName(&cursor), let range = cursor.takeCString(),
        let types = RequestReader.readTypes(&cursor)
      else { return nil }
      return (name, range, cursor.text(range), types)
    }
    guard let (name, range, text, types) = message else { return violation(.client, "malformed Parse") }
    if waits(for: statements[name.server]?.segment) { return }
    if start == 0 { batch.arrived = now.monotonic }
    let request = PendingRequest(
      kind: .parse(name: name, types: types), length: length,
      text: .wire(offset: range.lowerBound, length: range.count),
      judged: text, arrived: now.monotonic)
    judge(request, text: text)
  }

  /// A Parse has been judged: it passes, and what was decided counts when it is executed.
  mutating func prepared(_ request: PendingRequest, _ judgement: Judgement, name: WireName, types: [UInt32]) {
    guard case .wire(let offset, let length) = request.text else { return }
    hide(judgement.maskedUse, from: offset)
    let statement = PreparedStatement(
      name: name.shown, text: length <= PreparedStatement.keptText ? request.judged : nil,
      textPart: length <= PreparedStatement.repeatedText
        ? clientBytes.getSlice(at: clientBytes.readerIndex + offset, length: length).map {
          hidden(ByteBuffer(bytes: $0.readableBytesView), judgement.maskedUse?.literals ?? [])
        }
        : nil,
      textLength: length, judgement: judgement, revision: contextRevision, types: types, step: steps + 1,
      batch: batch.number, textOffset: offset, segment: segment)
    let previous = statements[name.server]
    setStatement(name.server, statement)
    if batch.parsed == nil { batch.parsed = statement }
    batch.expectations.append(
      Expectation(kind: .parse, step: 0, undo: .statement(name.server, now: statement, previous: previous)))
    batch.scanned += request.length
    checkKept()
  }

  mutating func takeBind(_ length: Int) {
    closeIfStepped()
    let read = read(length) { cursor -> (WireName, WireName, RequestItem.Bound)? in
      var names = cursor
      guard let portal = WireName(&names), let statement = WireName(&names),
        let bound = RequestReader.readBind(&cursor)
      else { return nil }
      return (portal, statement, bound)
    }
    guard let (name, prepared, message) = read else { return violation(.client, "malformed Bind") }
    let statement = statements[prepared.server]
    if waits(for: statement?.segment) || waits(for: portals[name.server]?.segment) { return }
    let previous = portals[name.server]
    let portal = Portal(
      statement: statement, statementName: prepared,
      values: hidingValues(message.values, boundValues(message.values, types: statement?.types ?? []), statement),
      batch: batch.number, segment: segment,
      resultFormats: message.resultFormats)
    setPortal(name.server, portal)
    batch.expectations.append(
      Expectation(kind: .bind, step: 0, undo: .portal(name.server, now: portal, previous: previous)))
    if isGuarded(portal) { batch.guarded = portal }
    batch.scanned += length
    checkKept()
  }

  /// True when binding alone may already do what a rule wants decided first: the planner runs functions that are declared
  /// immutable.
  private func isGuarded(_ portal: Portal) -> Bool {
    guard let statement = portal.statement else { return contextRevision > 0 }
    if statement.revision != contextRevision || uncertainSegment == segment { return true }
    if statement.judgement.unusualSetting != nil, !settings.allowsUnusualSettings { return true }
    switch statement.judgement.verdict {
    case .allow, .mask: return false
    case .hold, .deny: return true
    }
  }

  mutating func takeDescribe(_ length: Int) {
    closeIfStepped()
    let message = read(length) { cursor -> (UInt8, ServerName)? in
      guard let kind = cursor.readUInt8(), let name = WireName(&cursor)?.server else { return nil }
      return (kind, name)
    }
    guard let (kind, name) = message else { return violation(.client, "malformed Describe") }
    switch kind {
    case UInt8(ascii: "S"):
      batch.expectations.append(
        Expectation(
          kind: .describeStatement, step: 0, name: name,
          source: masking == nil ? nil : statements[name].map { .statement($0) }))
    case UInt8(ascii: "P"):
      batch.expectations.append(
        Expectation(
          kind: .describePortal, step: 0, source: masking == nil ? nil : portals[name].map { .portal($0) }))
    default: return violation(.client, "a Describe of neither statement nor portal")
    }
    batch.scanned += length
  }

  mutating func takeClose(_ length: Int) {
    let message = read(length) { cursor -> (UInt8, ServerName)? in
      guard let kind = cursor.readUInt8(), let name = WireName(&cursor)?.server else { return nil }
      return (kind, name)
    }
    guard let (kind, name) = message else { return violation(.client, "malformed Close") }
    switch kind {
    case UInt8(ascii: "S"):
      if waits(for: statements[name]?.segment) { return }
      batch.expectations.append(
        Expectation(kind: .close, step: 0, undo: .statement(name, now: nil, previous: statements[name])))
      setStatement(name, nil)
    case UInt8(ascii: "P"):
      if waits(for: portals[name]?.segment) { return }
      batch.expectations.append(
        Expectation(kind: .close, step: 0, undo: .portal(name, now: nil, previous: portals[name])))
      setPortal(name, nil)
    default: return violation(.client, "a Close of neither statement nor portal")
    }
    batch.scanned += length
  }

  mutating func takeExecute(_ length: Int) {
    closeIfStepped()
    let name = read(length) { cursor -> WireName? in
      guard let name = WireName(&cursor), cursor.readInt32() != nil else { return nil }
      return name
    }
    guard let name else { return violation(.client, "malformed Execute") }
    let portal = portals[name.server]
    if waits(for: portal?.segment) { return }
    var request = PendingRequest(kind: .execute, length: length, text: .none, judged: "", arrived: now.monotonic)
    guard let portal else {
      // An SQL cursor can be run by its name.
      return judgeIndirect(&request, "FETCH ALL FROM \(PostgresMachine.quoted(name.shown))")
    }
    if !portal.statementName.isEmpty { request.statement = portal.statementName.shown }
    if masking != nil { request.source = .portal(portal) }
    request.values = portal.batch == batch.number ? portal.values : valuesElsewhere(portal.values)
    guard let statement = portal.statement else {
      return judgeIndirect(&request, "EXECUTE \(PostgresMachine.quoted(portal.statementName.shown))")
    }
    if statement.batch == batch.number {
      request.text = .wire(offset: statement.textOffset, length: statement.textLength)
    } else if let text = statement.textPart {
      request.text = .part
      request.textPart = text
    } else {
      request.text = .step(statement.step)
    }
    request.types = statement.types
    request.judged = statement.text ?? ""
    // What the catalogue vouched for then may have been redefined since.
    if statement.revision == contextRevision, uncertainSegment != segment, !statement.judgement.isVouched,
      !statement.judgement.restsOnRows
    {
      return decide(statement.judgement, request)
    }
    // The session has changed since it was prepared: what was decided then may not hold any more.
    let shadowed = context.prepared[portal.statementName.server] != nil && !portal.statementName.isEmpty
    judge(request, text: request.judged, uncertain: shadowed || statement.text == nil)
  }

  private mutating func judgeIndirect(_ request: inout PendingRequest, _ text: String) {
    request.judged = text
    request.text = .part
    request.textPart = ByteBuffer(string: text)
    judge(request, text: text)
  }

  mutating func takeFunctionCall(_ length: Int) {
    if batch.scanned > 0 { closeBatch() }
    batch.arrived = now.monotonic
    let function = read(length) { cursor -> UInt32? in
      let whole = cursor
      guard let function = cursor.readUInt32(), cursor.take(cursor.remaining) != nil else { return nil }
      var check = whole
      return PostgresMachine.isFunctionCall(&check) ? function : nil
    }
    guard let function else { return violation(.client, "malformed FunctionCall") }
    // Which function it is only the target knows: it is judged as one that is not known to be harmless.
    var request = PendingRequest(kind: .functionCall, length: length, text: .none, judged: "", arrived: now.monotonic)
    judgeIndirect(&request, "SELECT \"function with object identifier \(function)\"()")
  }

  private static func isFunctionCall(_ cursor: inout WireCursor) -> Bool {
    guard cursor.readUInt32() != nil, let formats = cursor.readUInt16(), cursor.take(Int(formats) * 2) != nil,
      let count = cursor.readUInt16()
    else { return false }
    for _ in 0..<count {
      guard let length = cursor.readInt32() else { return false }
      if length >= 0, cursor.take(Int(length)) == nil { return false }
    }
    return cursor.readUInt16() != nil && cursor.remaining == 0
  }

  static func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }

  /// True when the belief that the next message rests on was changed in an earlier segment that is not settled: it then
  /// stays where it is until that segment's ReadyForQuery.
  private mutating func waits(for changed: Int?) -> Bool {
    guard let changed, changed > settledSegment, changed != segment else { return false }
    if batch.scanned > 0, batch.flushes || batch.meta != nil { closeBatch() }
    gate = .draining(segment: changed)
    return true
  }

  // Values.

  /// Bytes of one value, and of all values of a request, that are written beside the bytes.
  private static let inlineValue = 4096
  private static let inlineValues = 64 << 10

  private func boundValues(_ raw: [RequestItem.RawValue], types: [UInt32]) -> [BoundValue] {
    if raw.isEmpty { return [] }
    var values: [BoundValue] = []
    values.reserveCapacity(raw.count)
    var inline = 0
    clientBytes.withUnsafeReadableBytes { bytes in
      for (index, value) in raw.enumerated() {
        guard let range = value.range else {
          values.append(.null)
          continue
        }
        inline += range.count
        guard range.count <= PostgresMachine.inlineValue, inline <= PostgresMachine.inlineValues else {
          values.append(.wire(offset: range.lowerBound, length: range.count))
          continue
        }
        let type = index < types.count ? types[index] : 0
        switch ValueText.decode(UnsafeRawBufferPointer(rebasing: bytes[range]), type: type, format: value.format) {
        case .null: values.append(.null)
        case .text(let text): values.append(.text(text))
        case .hex(let digits): values.append(.hex(digits))
        }
      }
    }
    return values
  }

  /// Values that an earlier record holds: those that stand only in its bytes cannot be pointed at from here.
  private func valuesElsewhere(_ values: [BoundValue]) -> [BoundValue] {
    values.map { value in
      switch value {
      case .null, .text, .hex: value
      case .wire(_, let length): .text("(\(length) bytes, in the record of the Bind)")
      }
    }
  }

  // Beliefs.

  /// The unnamed statement, and the unnamed portal.
  static let unnamed = ServerName("")

  mutating func setStatement(_ name: ServerName, _ statement: PreparedStatement?) {
    if let old = statements[name] { kept -= old.kept }
    statements[name] = statement
    if let statement { kept += statement.kept }
  }

  mutating func setPortal(_ name: ServerName, _ portal: Portal?) {
    if let old = portals[name] { kept -= old.kept }
    portals[name] = portal
    if let portal { kept += portal.kept }
  }

  private mutating func checkKept() {
    guard kept > settings.limits.clientMessage else { return }
    note("limit", "prepared statements and portals take more than the connection allows")
    fatal(code: "54000", "steno: prepared statements and portals take more than this connection allows")
    close("prepared statements and portals take more than the connection allows", graceful: false, failed: true)
  }

  mutating func undo(_ expectations: [Expectation]) {
    for expectation in expectations.reversed() { undo(expectation) }
  }

  /// Takes back what was believed of a request that has failed or was skipped.
  mutating func undo(_ expectation: Expectation) {
    switch expectation.undo {
    case .none: break
    case .statement(let name, let now, let previous):
      if PreparedStatement.same(statements[name], now) { setStatement(name, previous) }
    case .portal(let name, let now, let previous):
      if portals[name] === now { setPortal(name, previous) }
    case .context(let failed):
      context = failed
      contextRevision += 1
    }
  }
}
