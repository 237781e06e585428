import NIOCore
import Policy
import ProxyCore
import SessionModel

// What is taken out of the record of a request. The target gets it as it was sent.
extension PostgresMachine {
  /// What stands on record in the place of each byte of a secret: lengths and offsets stay as they are.
  private static let hiddenByte = UInt8(ascii: "*")

  /// The request as it goes on record: where the connection's masks look for secrets, without those it carries.
  mutating func withoutSecrets(_ meta: RequestMeta, _ wire: ByteBuffer, _ text: ByteBuffer?) -> (
    meta: RequestMeta, wire: ByteBuffer, text: ByteBuffer?
  ) {
    guard masking?.hidesRequests ?? false else { return (meta, wire, text) }
    var meta = meta
    let hidden = withoutSecrets(wire)
    let hiddenText = text.map { withoutSecrets($0) }
    var isChanged = hidden != nil || (hiddenText ?? nil) != nil
    for (index, value) in meta.values.enumerated() {
      guard case .text(let text) = value else { continue }
      guard let shown = withoutSecrets(ByteBuffer(string: text)) else { continue }
      meta.values[index] = .text(String(buffer: shown))
      isChanged = true
    }
    if isChanged { meta.reasons.append("secret_withheld") }
    return (meta, hidden ?? wire, hiddenText.map { $0 ?? text ?? ByteBuffer() })
  }

  /// - Returns: `nil` where nothing is hidden.
  mutating func withoutSecrets(_ bytes: ByteBuffer) -> ByteBuffer? {
    guard var secrets = masking?.requestSecrets else { return nil }
    let ranges = bytes.withUnsafeReadableBytes { secrets.find(in: $0.bindMemory(to: UInt8.self)) }
    masking?.requestSecrets = secrets
    guard !ranges.isEmpty else { return nil }
    var copy = ByteBuffer(bytes: bytes.readableBytesView)
    for range in ranges {
      copy.setRepeatingByte(PostgresMachine.hiddenByte, count: range.count, at: copy.readerIndex + range.lowerBound)
    }
    return copy
  }
}
