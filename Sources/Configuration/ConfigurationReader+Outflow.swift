import Policy
import SessionModel

// What a rule says of what has flowed out: when = { returned = { in = "session", rows = 1000, object = "*token*" } }
extension ConfigurationReader {
  func readOutflow(_ when: inout SectionReader) -> OutflowLimit? {
    guard var section = when.table("returned") else { return nil }
    if !section.has("in") {
      problems.error(section.path("in"), "is missing; write in = \"step\", \"session\" or \"run\"")
    }
    let scope = section.word("in", OutflowLimit.Scope.self)
    var bounds: [(OutflowLimit.Measure, Int64)] = []
    for measure in OutflowLimit.Measure.allCases where section.has(measure.rawValue) {
      guard let amount = amount(&section, measure) else { continue }
      bounds.append((measure, amount))
    }
    let objects = globs(&section, "object")
    section.finish(known: OutflowLimit.Measure.allCases.map(\.rawValue))
    let named = OutflowLimit.Measure.allCases.filter { section.has($0.rawValue) }
    if named.count != 1 {
      problems.error(
        section.path, "must say one of rows, bytes and masked: how much may have left; rows = 0 means none")
    }
    guard let scope, let bound = bounds.first, named.count == 1 else { return nil }
    return OutflowLimit(scope: scope, measure: bound.0, maximum: bound.1, objects: objects)
  }

  private func amount(_ section: inout SectionReader, _ measure: OutflowLimit.Measure) -> Int64? {
    let key = measure.rawValue
    switch measure {
    case .bytes where section.isText(key):
      guard let text = section.string(key) else { return nil }
      if let bytes = ConfigurationUnits.bytes(text) { return Int64(bytes) }
      problems.error(section.path(key), "is \(quoted(text)), which is no size; write for example \"10MB\"")
      return nil
    case .rows, .bytes, .masked:
      guard let number = section.integer(key) else { return nil }
      if number >= 0 { return Int64(number) }
      problems.error(section.path(key), "is \(number); it cannot be under 0")
      return nil
    }
  }

  /// A bound closes and never opens; and what ends a session asks only who it is and what has left.
  func checkOutflow(_ action: Rule.Action, _ condition: Condition, _ section: SectionReader) {
    switch action {
    case .hold, .deny: break
    case .allow:
      guard condition.returned != nil else { return }
      problems.error(
        section.path("when.returned"), "would allow because much has left; hold, deny or end by it")
    case .end:
      if condition.returned == nil {
        problems.error(
          section.path("when.returned"),
          "is missing: then = \"end\" ends a session by what has flowed out; write when = { returned = { … } }")
      }
      let asked = [
        ("class", !condition.statementClass.isEmpty), ("kind", !condition.kind.isEmpty),
        ("object", !condition.object.isEmpty), ("reason", !condition.reason.isEmpty),
      ]
      for (key, isAsked) in asked where isAsked {
        problems.error(
          section.path("when.\(key)"),
          "is about a request, and then = \"end\" ends a session in the midst of its answers; objects go into returned")
      }
    }
  }
}
