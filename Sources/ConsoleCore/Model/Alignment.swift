/// Which elements of two lists belong together: a longest common subsequence.
enum Alignment {
  /// Cells of the table that the work is bounded by; beyond it elements are paired by their place.
  private static let cells = 1 << 20

  /// One row: an element of each list, or of one alone.
  struct Pair: Equatable {
    var left: Int?
    var right: Int?
  }

  static func pairs<Element: Hashable>(_ left: [Element], _ right: [Element]) -> [Pair] {
    var start = 0
    while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
    var end = 0
    while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] {
      end += 1
    }
    let middle = between(Array(left[start..<left.count - end]), Array(right[start..<right.count - end]))
    return (0..<start).map { Pair(left: $0, right: $0) }
      + middle.map { Pair(left: $0.left.map { $0 + start }, right: $0.right.map { $0 + start }) }
      + (0..<end).map { Pair(left: left.count - end + $0, right: right.count - end + $0) }
  }

  private static func between<Element: Hashable>(_ left: [Element], _ right: [Element]) -> [Pair] {
    guard !left.isEmpty, !right.isEmpty else {
      return left.indices.map { Pair(left: $0) } + right.indices.map { Pair(right: $0) }
    }
    let width = right.count + 1
    guard (left.count + 1) * width <= cells else {
      return (0..<max(left.count, right.count)).map {
        Pair(left: $0 < left.count ? $0 : nil, right: $0 < right.count ? $0 : nil)
      }
    }
    // Length of the longest common subsequence of what lies behind each place.
    var length = [UInt16](repeating: 0, count: (left.count + 1) * width)
    for i in stride(from: left.count - 1, through: 0, by: -1) {
      for j in stride(from: right.count - 1, through: 0, by: -1) {
        length[i * width + j] =
          left[i] == right[j]
          ? length[(i + 1) * width + j + 1] + 1 : max(length[(i + 1) * width + j], length[i * width + j + 1])
      }
    }
    var pairs: [Pair] = []
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      if left[i] == right[j] {
        pairs.append(Pair(left: i, right: j))
        i += 1
        j += 1
      } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
        pairs.append(Pair(left: i))
        i += 1
      } else {
        pairs.append(Pair(right: j))
        j += 1
      }
    }
    return pairs + (i..<left.count).map { Pair(left: $0) } + (j..<right.count).map { Pair(right: $0) }
  }

  /// Runs that only one side has, side by side: lines of a text that were changed.
  static func zipped(_ pairs: [Pair]) -> [Pair] {
    var result: [Pair] = []
    var lefts: [Int] = []
    var rights: [Int] = []
    func flush() {
      for index in 0..<max(lefts.count, rights.count) {
        result.append(
          Pair(
            left: index < lefts.count ? lefts[index] : nil, right: index < rights.count ? rights[index] : nil))
      }
      (lefts, rights) = ([], [])
    }
    for pair in pairs {
      switch (pair.left, pair.right) {
      case (let left?, nil): lefts.append(left)
      case (nil, let right?): rights.append(right)
      case (_, _):
        flush()
        result.append(pair)
      }
    }
    flush()
    return result
  }
}
