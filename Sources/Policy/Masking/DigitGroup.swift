/// A run of digits, and what stands between it and the next.
struct DigitGroup {
  var start: Int
  var end: Int
  /// The one separator before the next group, in its ASCII form; 0 where the next is farther away, or there is none.
  var gap: UInt8

  var count: Int { end - start }

  static func read(_ text: ByteView, into groups: inout [DigitGroup]) {
    groups.removeAll(keepingCapacity: true)
    var index = 0
    while index < text.count {
      guard text[index].isASCIIDigit else {
        index += 1
        continue
      }
      var end = index + 1
      while text[end].isASCIIDigit { end += 1 }
      let separator = text.groupSeparator(at: end)
      let gap = separator.length > 0 && text[end + separator.length].isASCIIDigit ? separator.code : 0
      groups.append(DigitGroup(start: index, end: end, gap: gap))
      index = end
    }
  }
}

/// Some neighbouring groups that may be one number, read digit by digit without copying.
struct DigitRun {
  static let capacity = 20
  /// Up to 20 digits, four bits each, the first one highest.
  private var high: UInt64 = 0
  private var low: UInt64 = 0
  private(set) var count = 0

  /// False once there are more than `capacity`.
  mutating func append(_ text: ByteView, _ group: DigitGroup) -> Bool {
    guard count + group.count <= DigitRun.capacity else { return false }
    for index in group.start..<group.end {
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(text[index].digitValue)
      count += 1
    }
    return true
  }

  subscript(_ index: Int) -> Int {
    let shift = (count - 1 - index) * 4
    return Int(shift >= 64 ? high >> UInt64(shift - 64) & 15 : low >> UInt64(shift) & 15)
  }

  /// The number that `range` of the digits writes.
  func number(_ range: Range<Int>) -> Int {
    range.reduce(0) { $0 * 10 + self[$1] }
  }

  var isOneDigitRepeated: Bool {
    (1..<max(1, count)).allSatisfy { self[$0] == self[0] }
  }

  /// Sum of each digit times its weight.
  func weighted(_ weights: [Int]) -> Int {
    var sum = 0
    for (index, weight) in weights.enumerated() where index < count { sum += self[index] * weight }
    return sum
  }
}
