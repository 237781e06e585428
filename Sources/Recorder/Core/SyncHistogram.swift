/// How long syncs took, in buckets that grow by a quarter of their power of two.
struct SyncHistogram {
  private var buckets = [UInt64](repeating: 0, count: 160)
  private var count: UInt64 = 0

  mutating func add(nanoseconds: UInt64) {
    let value = max(nanoseconds / 1000, 4)
    let power = 63 - value.leadingZeroBitCount
    let quarter = Int(value >> UInt64(power - 2) & 3)
    buckets[min(power * 4 + quarter, buckets.count - 1)] += 1
    count += 1
  }

  /// Microseconds that 99 of 100 syncs did not exceed, rounded up to a bucket; nil before the first.
  var p99: Int64? {
    guard count > 0 else { return nil }
    var rest = count / 100
    for place in buckets.indices.reversed() {
      if buckets[place] > rest { return (Int64(1) << Int64(place / 4)) / 4 * Int64(place % 4 + 5) }
      rest -= buckets[place]
    }
    return nil
  }
}
