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

  /// A class, for one is looked at for every value of every row.
  final class Column: Sendable {
    let name: String
    /// What coverage counts it as: a name of the database's, never one of the agent's.
    let origin: String
    let action: Action
    let type: UInt32
    /// 0 text, 1 binary.
    let format: Int16
    let form: ValueForm
    /// Its values pass as they are.
    let passes: Bool

    init(name: String, origin: String, action: Action, type: UInt32, format: Int16, form: ValueForm) {
      self.name = name
      self.origin = origin
      self.action = action
      self.type = type
      self.format = format
      self.form = form
      passes = if case .pass = action { true } else { false }
    }

    func bound(_ format: Int16) -> Column {
      Column(name: name, origin: origin, action: action, type: type, format: format, form: form)
    }
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
    isIdle = columns.allSatisfy(\.passes)
  }

  /// The same columns in the formats that a Bind asks for.
  func bound(_ formats: [Int16]) -> RowPlan {
    guard let columns else { return self }
    guard formats.count <= 1 || formats.count == columns.count else { return .unknown }
    return RowPlan(
      columns.enumerated().map { index, column in
        column.bound(formats.count == 1 ? formats[0] : formats.isEmpty ? 0 : formats[index])
      })
  }
}
