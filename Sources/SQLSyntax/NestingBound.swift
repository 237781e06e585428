/// An upper bound on how deep a statement's tree can be, from its tokens alone.
///
/// Parentheses nest, and so do chains without any: `1+1+1`, `NOT NOT`, `a::b::c`, `CASE WHEN CASE`. Every token may therefore
/// add a level, except across commas, whose sides are siblings in one list. Set operations chain across commas
/// (`SELECT a,b UNION SELECT a,b UNION …`), so `UNION`, `INTERSECT` and `EXCEPT` are counted apart.
struct NestingBound {
  private struct Level {
    /// Tokens since the last comma.
    var tokens = 0
    /// Deepest parenthesis since the last comma.
    var inner = 0
    /// Deepest of the parts before it.
    var deepest = 0
    var setOperations = 0

    var bound: Int { max(deepest, tokens + inner) + setOperations }
  }

  private var levels = [Level()]

  mutating func count(_ token: ScannedToken, isSetOperation: Bool) {
    if token.isComment { return }
    let last = levels.count - 1
    switch token.number {
    case 0x28, 0x5b:
      levels.append(Level(tokens: 1))
    case 0x29, 0x5d:
      guard last > 0 else { return }
      let closed = levels.removeLast().bound
      levels[last - 1].inner = max(levels[last - 1].inner, closed)
      levels[last - 1].tokens += 1
    case 0x2c:
      levels[last].deepest = max(levels[last].deepest, levels[last].tokens + levels[last].inner)
      levels[last].tokens = 0
      levels[last].inner = 0
    default:
      levels[last].tokens += 1
      if isSetOperation { levels[last].setOperations += 2 }
    }
  }

  /// Levels of the deepest part, whatever is left open counted in.
  var value: Int {
    var inner = 0
    for level in levels.reversed() {
      inner = max(level.deepest, level.tokens + max(level.inner, inner)) + level.setOperations
    }
    return inner
  }
}
