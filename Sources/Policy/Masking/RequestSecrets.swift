/// Finds what must not stay on record of a request: secrets, and the literals of `PASSWORD '…'` clauses.
package struct RequestSecrets: Sendable {
  private var scanner = SensitiveScanner(DetectorSet([.secret]))

  package init() {}

  /// Ranges of the bytes, in order and without overlaps. None reaches over a zero byte: that ends a text of the protocol.
  package mutating func find(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var ranges = PasswordClause.find(bytes)
    if scanner.scan(bytes) { ranges += scanner.spans.map(\.range) }
    guard !ranges.isEmpty else { return [] }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var result: [Range<Int>] = []
    for range in ranges {
      let end = bytes[range].firstIndex(of: 0) ?? range.upperBound
      let start = max(range.lowerBound, result.last?.upperBound ?? 0)
      if start < end { result.append(start..<end) }
    }
    return result
  }
}
