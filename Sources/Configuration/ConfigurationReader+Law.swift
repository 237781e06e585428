import SessionModel

extension ConfigurationReader {
  /// `approvers`, `escalate` and `break_glass` of a rule. Names of approvers and of their groups; `readRules` runs after
  /// `readApprovers`, so that all are known.
  func readLaw(_ section: inout SectionReader, expires: Int64, holds: Bool) -> ApprovalLaw {
    var law = ApprovalLaw(breakGlass: section.boolean("break_glass") ?? false)
    if section.has("approvers") { law.approvers = people(&section, "approvers") }
    if var escalate = section.table("escalate") {
      let after = readDuration(&escalate, "after")
      let to = people(&escalate, "to")
      if !escalate.has("after") || !escalate.has("to") {
        problems.error(section.path("escalate"), "needs after = \"2m\" and to = [\"dba-lead\"]")
      }
      escalate.finish()
      if let after, after >= expires {
        problems.error(escalate.path("after"), "is not before the request expires; nobody would be asked")
      }
      if law.approvers == nil {
        problems.warning(
          section.path("escalate"), "lets nobody decide who may not already; name the first in approvers = […]")
      }
      if let after { law.escalation = ApprovalLaw.Escalation(after: after, to: to) }
    }
    for key in ["approvers", "escalate", "break_glass"] where section.has(key) && !holds {
      problems.warning(section.path(key), "has no effect without then = \"hold\"")
    }
    return law
  }

  /// `[approvals] limit = "5m"`.
  mutating func readApprovalLimit() -> Int64? {
    guard var section = root.table("approvals") else { return nil }
    defer { section.finish() }
    return readDuration(&section, "limit")
  }

  func readDuration(_ section: inout SectionReader, _ key: String) -> Int64? {
    guard let text = section.string(key) else { return nil }
    guard let value = ConfigurationUnits.microseconds(text), (1_000_000...30 * 86_400_000_000).contains(value) else {
      problems.error(section.path(key), "is \(quoted(text)); write a duration from 1s to 30d, for example \"2m\"")
      return nil
    }
    return value
  }

  /// Names of approvers, each group's members in its place.
  private func people(_ section: inout SectionReader, _ key: String) -> [String] {
    var names: [String] = []
    for (index, name) in list(&section, key).enumerated() {
      let members = known.filter { $0.name == name || $0.groups.contains(name) }.map(\.name)
      if members.isEmpty {
        problems.error(
          "\(section.path(key))[\(index)]", "is \(quoted(name)), which is no approver and no approver's group here")
      }
      names += members.filter { !names.contains($0) }
    }
    return names
  }
}
