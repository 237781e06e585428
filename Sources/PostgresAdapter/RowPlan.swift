import Policy

/// What is done to each column of a result.
struct RowPlan: Sendable {
  enum Action: Sendable {
    case pass
    /// Looked through for what the detectors find.
    case examine
    case mask(MaskSet.ColumnMask)
    case withhold(rule: String)
  }

  struct Column: Sendable {
    var name: String
    /// What coverage counts it as: a name of the database's, never one of the agent's.
    var origin: String
    var action: Action
    var type: UInt32
    /// 0 text, 1 binary.
    var format: Int16
    var form: ValueForm
  }

  /// `nil` where the result's columns are not known: everything is withheld.
  var columns: [Column]?
  /// Nothing in it needs a look.
  var isIdle: Bool

  static let unknown = RowPlan(columns: nil, isIdle: false)

  init(columns: [Column]?, isIdle: Bool) {
    self.columns = columns
    self.isIdle = isIdle
  }

  init(_ columns: [Column]) {
    self.columns = columns
    isIdle = columns.allSatisfy { column in
      switch column.action {
      case .pass: true
      case .examine, .mask, .withhold: false
      }
    }
  }

  /// The same columns in the formats that a Bind asks for.
  func bound(_ formats: [Int16]) -> RowPlan {
    guard var columns else { return self }
    guard formats.count <= 1 || formats.count == columns.count else { return .unknown }
    for index in columns.indices {
      columns[index].format = formats.count == 1 ? formats[0] : formats.isEmpty ? 0 : formats[index]
    }
    return RowPlan(columns)
  }
}
