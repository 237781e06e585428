import SessionModel

/// Two steps, or two sessions, side by side.
package struct CompareScreen: Sendable {
  /// Steps of each session that are compared.
  static let stepsOfSide = 600

  /// What one side shows.
  struct Side: Sendable {
    var session: SessionID
    /// `nil` where all of the session is compared.
    var step: Int?
    var steps: [StepView] = []
    var table: ResultTable?
    var isLoaded = false

    var view: StepView? { step.flatMap { step in steps.first { $0.step == step } } }
  }

  /// How the two sides of a row stand to each other.
  enum Sign: Sendable {
    case same, different, leftOnly, rightOnly

    var glyph: SafeText {
      switch self {
      case .same: "="
      case .different: "≠"
      case .leftOnly: "<"
      case .rightOnly: ">"
      }
    }

    var word: SafeText {
      switch self {
      case .same: "same"
      case .different: "differs"
      case .leftOnly: "left"
      case .rightOnly: "right"
      }
    }

    var role: Role {
      switch self {
      case .same: .textDim
      case .different: .stateWaits
      case .leftOnly, .rightOnly: .uiBadge
      }
    }
  }

  struct Row: Sendable {
    var sign: Sign
    /// Of a fact of two steps.
    var label: SafeText = ""
    var left = Spans()
    var right = Spans()
    /// The steps of two sessions that stand here.
    var leftStep: Int?
    var rightStep: Int?
  }

  var left: Side
  var right: Side
  /// Made when something was loaded.
  var rows: [Row] = []
  var selected = 0
  var showsOnlyDifferences = false

  /// Two steps; else two sessions.
  var isOfSteps: Bool { left.step != nil && right.step != nil }
  var isLoaded: Bool { left.isLoaded && right.isLoaded }
  var shown: [Row] { showsOnlyDifferences ? rows.filter { $0.sign != .same } : rows }
}

/// What a person chose to compare with what they choose next.
package struct ComparePick: Equatable, Sendable {
  var session: SessionID
  var step: Int?
}
