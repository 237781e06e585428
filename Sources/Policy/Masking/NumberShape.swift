/// How the digits of a number are grouped: `3-3-4` is 334.
struct NumberShape: Sendable {
  private(set) var code = 0
  private(set) var groups = 0
  /// What stands before the group that was added last.
  var separator: UInt8 = 0

  mutating func append(_ size: Int) {
    code = groups < 5 ? code * 16 + min(size, 15) : 0
    groups += 1
  }

  func isGrouped(_ sizes: Int...) -> Bool {
    groups == sizes.count && code == sizes.reduce(0) { $0 * 16 + $1 }
  }

  var isOneRun: Bool { groups == 1 }
}
