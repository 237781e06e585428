/// How much of a result's values is shown.
enum Unfolding: CaseIterable, Sendable {
  /// A row a line.
  case table
  /// A column a line, JSON folded below its first level.
  case records
  /// A column a line, all of the JSON.
  case whole

  var next: Unfolding {
    switch self {
    case .table: .records
    case .records: .whole
    case .whole: .table
    }
  }

  /// Levels of JSON that are open.
  var depth: Int {
    switch self {
    case .table: 0
    case .records: 1
    case .whole: 64
    }
  }
}
