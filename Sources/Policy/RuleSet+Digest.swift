import SessionModel
import Signatures

extension RuleSet {
  /// Rules with the digest that names them in every verdict.
  package static func make(_ rules: [Rule], programs: [String] = []) -> RuleSet {
    RuleSet(rules: rules, programs: programs, digest: digest(of: rules, programs: programs))
  }

  /// SHA-256 of the canonical text: each field as `name length:bytes`, in a stated order, a rule to a block. Lengths are of
  /// UTF-8 bytes, so that no value can pass for another field.
  package static func digest(of rules: [Rule], programs: [String] = []) -> String {
    var text = "steno rules 1\n"
    func field(_ name: String, _ value: String) { text += "\(name) \(value.utf8.count):\(value)\n" }
    func list(_ name: String, _ values: [String]) { for value in values { field(name, value) } }
    for rule in rules {
      text += "rule\n"
      field("name", rule.name)
      list("connection", rule.when.connection)
      list("agent", rule.when.agent)
      list("principal", rule.when.principal)
      list("class", rule.when.statementClass.map(\.rawValue))
      list("kind", rule.when.kind)
      list("object", rule.when.object)
      list("reason", rule.when.reason)
      list("run", rule.when.run)
      list("during", rule.when.during.map(\.text))
      list("outside", rule.when.outside.map(\.text))
      list("returned", rule.when.returned?.canonical ?? [])
      if let over = rule.when.estimatedRows { field("estimated-rows", String(over)) }
      field("then", rule.then.rawValue)
      field("expires", String(rule.expires))
      field("quorum", String(rule.quorum))
      if let reason = rule.reason { field("words", reason) }
      list("approver", rule.law.approvers ?? [])
      if let escalation = rule.law.escalation {
        field("escalation", String(escalation.after))
        list("to", escalation.to)
      }
      if rule.law.breakGlass { field("break-glass", "true") }
    }
    list("program", programs)
    return Hexadecimal.encode(SHA256.hash(Array(text.utf8)))
  }
}
