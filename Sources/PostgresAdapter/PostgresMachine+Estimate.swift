import Policy
import ProxyCore
import SessionModel

// A held request may be shown with what the target's planner expects of it.
extension PostgresMachine {
  /// What is asked of the planner; `nil` for what has no plan, or may act while it is planned.
  func estimate(of judgement: Judgement, _ request: PendingRequest) -> EstimateRequest? {
    guard judgement.facts.hasPlan else { return nil }
    return plannerQuestion(request.judged, request)
  }

  /// What the planner could be asked of a text with its values; `nil` where no login may ask, and for what has no values yet.
  func plannerQuestion(_ text: String, _ request: PendingRequest) -> EstimateRequest? {
    guard settings.estimates, !text.isEmpty else { return nil }
    switch request.kind {
    case .query, .execute: break
    case .parse, .functionCall: return nil
    }
    var asked = EstimateRequest(text: text, types: request.types)
    if searchPathChanged || unusual {
      asked.unavailable = "the session has changed its search_path"
      return asked
    }
    asked.searchPath = startup?.settings.first { $0.name == "search_path" }?.value
    for value in request.values {
      switch value {
      case .null: asked.values.append(nil)
      case .text(let text): asked.values.append(text)
      case .hex, .wire: asked.unavailable = "a bound value has no text form here"
      }
    }
    return asked
  }

  /// What a request that passes does to the terms of later estimates and verdicts.
  mutating func noteEffects(_ judgement: Judgement) {
    let facts = judgement.facts
    if facts.reasons.contains("search_path") || facts.statementClass == .unknown { searchPathChanged = true }
    guard !functionsDoubted else { return }
    let defines = facts.kind.hasPrefix("create") || facts.kind.hasPrefix("alter") || facts.kind.hasPrefix("drop")
    switch facts.statementClass {
    case .read, .write:
      guard defines else { return }
    case .destructive, .admin, .unknown: break
    }
    functionsDoubted = true
    contextRevision += 1
  }
}
