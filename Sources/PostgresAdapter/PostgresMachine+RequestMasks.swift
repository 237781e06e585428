import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// What is taken out of the record of a request. The target gets it as it was sent.
extension PostgresMachine {
  /// What stands on record in the place of each byte of a secret: lengths and offsets stay as they are.
  private static let hiddenByte = UInt8(ascii: "*")

  /// A request is about to be decided: what its text writes into masked columns, or compares with them, is hidden.
  mutating func hideValues(_ judgement: Judgement, _ request: PendingRequest) {
    guard masking != nil else { return }
    masking?.hidesCopy = judgement.maskedUse?.copiesIn ?? false
    masking?.copyRest = 0
    // A prepared statement's text was seen to when it was prepared.
    if case .query = request.kind, case .wire(let offset, _) = request.text { hide(judgement.maskedUse, from: offset) }
  }

  mutating func hide(_ use: MaskedUse?, from offset: Int) {
    for range in use?.literals ?? [] {
      batch.hidden.append(offset + range.lowerBound..<offset + range.upperBound)
    }
  }

  /// Values bound to parameters that go into masked columns, or are compared with them, are not shown.
  mutating func hidingValues(
    _ raw: [RequestItem.RawValue], _ values: [BoundValue], _ statement: PreparedStatement?
  ) -> [BoundValue] {
    guard let parameters = statement?.judgement.maskedUse?.parameters, !parameters.isEmpty else { return values }
    var values = values
    for (index, value) in raw.enumerated() where parameters.contains(index + 1) {
      guard let range = value.range else { continue }
      batch.hidden.append(range)
      values[index] = .text("hidden value, \(range.count) bytes")
    }
    return values
  }

  /// The bytes with these ranges hidden.
  mutating func hidden(_ bytes: ByteBuffer, _ ranges: [Range<Int>]) -> ByteBuffer {
    if ranges.isEmpty { return bytes }
    var copy = ByteBuffer(bytes: bytes.readableBytesView)
    for range in ranges {
      let range = range.clamped(to: 0..<copy.readableBytes)
      keep(bytes, range, part: .wire)
      copy.setRepeatingByte(PostgresMachine.hiddenByte, count: range.count, at: copy.readerIndex + range.lowerBound)
    }
    return copy
  }

  /// What is hidden of a request's record, as it was.
  private mutating func keep(_ bytes: ByteBuffer, _ range: Range<Int>, part: PartName) {
    guard !range.isEmpty else { return }
    bytes.withUnsafeReadableBytes { raw in
      let value = UnsafeRawBufferPointer(rebasing: raw[range]).bindMemory(to: UInt8.self)
      masking?.requestOriginals.add(value, part: part.name, at: range.lowerBound)
    }
  }

  /// Messages of a COPY into a masked column, with the insides of their rows hidden.
  mutating func withoutCopiedRows(_ bytes: ByteBuffer) -> ByteBuffer {
    guard masking?.hidesCopy ?? false else { return bytes }
    var ranges: [Range<Int>] = []
    let total = bytes.readableBytes
    var at = min(masking?.copyRest ?? 0, total)
    if at > 0 { ranges.append(0..<at) }
    masking?.copyRest -= at
    while total - at >= 5, let type = bytes.getInteger(at: bytes.readerIndex + at, as: UInt8.self),
      let length = bytes.getInteger(at: bytes.readerIndex + at + 1, as: UInt32.self)
    {
      let end = at + 1 + Int(length)
      if type == UInt8(ascii: "d") {
        ranges.append(at + 5..<min(end, total))
        masking?.copyRest = max(0, end - total)
      }
      at = min(end, total)
    }
    // The begin of a message whose length is not there yet holds nothing to hide.
    return hidden(bytes, ranges)
  }

  /// The request as it goes on record: where the connection's masks look for secrets, without those it carries.
  mutating func withoutSecrets(_ meta: RequestMeta, _ wire: ByteBuffer, _ text: ByteBuffer?) -> (
    meta: RequestMeta, wire: ByteBuffer, text: ByteBuffer?
  ) {
    guard masking?.hidesRequests ?? false else { return (meta, wire, text) }
    var meta = meta
    let hidden = withoutSecrets(wire, of: .wire)
    let hiddenText = text.map { withoutSecrets($0, of: .text) }
    var isChanged = hidden != nil || (hiddenText ?? nil) != nil
    for (index, value) in meta.values.enumerated() {
      guard case .text(let text) = value else { continue }
      guard let shown = withoutSecrets(ByteBuffer(string: text)) else { continue }
      meta.values[index] = .text(String(buffer: shown))
      isChanged = true
    }
    if isChanged { meta.reasons.append(PostgresMachine.secretWithheld) }
    return (meta, hidden ?? wire, hiddenText.map { $0 ?? text ?? ByteBuffer() })
  }

  /// - Parameter part: Where in the record the bytes stand; `nil` for those that stand in another part too.
  /// - Returns: `nil` where nothing is hidden.
  mutating func withoutSecrets(_ bytes: ByteBuffer, of part: PartName? = nil) -> ByteBuffer? {
    guard var secrets = masking?.requestSecrets else { return nil }
    let ranges = bytes.withUnsafeReadableBytes { secrets.find(in: $0.bindMemory(to: UInt8.self)) }
    masking?.requestSecrets = secrets
    guard !ranges.isEmpty else { return nil }
    var copy = ByteBuffer(bytes: bytes.readableBytesView)
    for range in ranges {
      if let part { keep(bytes, range, part: part) }
      copy.setRepeatingByte(PostgresMachine.hiddenByte, count: range.count, at: copy.readerIndex + range.lowerBound)
    }
    return copy
  }

  /// The reason that says that what is on record of a request is not all of it.
  static let secretWithheld = "secret_withheld"
}
