/// What has left, by the objects that its steps touched: enough to count for any rule, those of a later reload among them.
package struct OutflowTally: Equatable, Sendable {
  private(set) var total = Outflow()
  private var byObjects: [[String]: Outflow] = [:]
  /// What may have been of any object.
  private var unknown = Outflow()

  /// Sets of objects told apart; what comes beyond counts for every object.
  static let mostSets = 512

  package init() {}

  package mutating func add(_ part: Outflow, _ touched: TouchedObjects) {
    total += part
    if touched.isUnknown || (byObjects[touched.names] == nil && byObjects.count >= Self.mostSets) {
      unknown += part
    } else if !touched.names.isEmpty {
      byObjects[touched.names, default: Outflow()] += part
    }
  }

  func amount(for watch: OutflowWatch) -> Int64 {
    guard watch.isSelective else { return total.amount(of: watch.limit.measure) }
    var sum = unknown
    for (names, part) in byObjects where watch.selects(TouchedObjects(names: names)) { sum += part }
    return sum.amount(of: watch.limit.measure)
  }
}
