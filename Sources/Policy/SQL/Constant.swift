import SQLSyntax

/// A literal's value, through the casts around it.
enum Constant: Equatable {
  case null
  case truth(Bool)
  case number(Double)
  case words(String)

  /// `nil` where the node is no literal.
  init?(_ node: SyntaxNode) {
    if let cast = node.inside("TypeCast") {
      guard let inner = cast["arg"].flatMap({ Constant($0) }) else { return nil }
      let type = StatementWalker.parts(cast["typeName"]?["names"]).last
      self = type == "bool" || type == "boolean" ? inner.asTruth : inner
      return
    }
    guard let literal = node.inside("A_Const") else { return nil }
    if literal["isnull"]?.isTrue ?? false {
      self = .null
    } else if let value = literal["boolval"] {
      self = .truth(value["boolval"]?.isTrue ?? false)
    } else if let value = literal["ival"] {
      // A zero is left out of the JSON.
      self = .number(Double(value["ival"]?.integer ?? 0))
    } else if let value = literal["fval"] {
      self = .number(Double(value["fval"]?.text ?? "") ?? .nan)
    } else if let value = literal["sval"] {
      self = .words(value["sval"]?.text ?? "")
    } else {
      return nil
    }
  }

  var text: String? {
    switch self {
    case .null: nil
    case .truth(let value): value ? "on" : "off"
    case .number(let value): value.magnitude < 1e15 && value == value.rounded() ? String(Int(value)) : String(value)
    case .words(let value): value
    }
  }

  private var asTruth: Constant {
    switch self {
    case .null, .truth: self
    case .number(let value): .truth(value != 0)
    case .words(let value):
      ["t", "true", "y", "yes", "on", "1"].contains(value.lowercased()) ? .truth(true) : .truth(false)
    }
  }

  /// What a WHERE clause makes of it.
  var truth: Predicate.Truth {
    switch asTruth {
    case .truth(true): .always
    case .null, .truth, .number, .words: .never
    }
  }
}
