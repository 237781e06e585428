import Signatures

/// Names of the files that hold a log's hashes: `tile/L/N`, 256 hashes of 32 bytes each, level L holding subtrees of 256^L leaves.
///
/// Only whole tiles are written: what lies behind the last one is known from the leaves themselves.
/// Source: C2SP tlog-tiles, "Merkle Tree".
package enum Tile {
  /// Hashes of a tile, and the logarithm of that.
  package static let width: UInt64 = 256
  package static let height: UInt64 = 8
  package static let byteCount = 256 * 32

  /// `tile/0/x001/x234/067` for number 1234067 of level 0.
  package static func path(level: Int, number: UInt64) -> String {
    var groups = [padded(number % 1000)]
    var rest = number / 1000
    while rest > 0 {
      groups.append("x" + padded(rest % 1000))
      rest /= 1000
    }
    return "tile/\(level)/" + groups.reversed().joined(separator: "/")
  }

  private static func padded(_ value: UInt64) -> String {
    let digits = String(value)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }
}
