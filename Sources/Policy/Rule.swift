import SessionModel

/// One `[[rule]]` of the configuration. First match decides.
package struct Rule: Equatable, Sendable {
  package enum Action: String, Sendable, CaseIterable {
    case allow, hold, deny
    /// The session, once what has flowed out passes the rule's bound: in the midst of an answer.
    case end
  }

  package var name: String
  package var when: Condition
  package var then: Action
  /// Microseconds until an unanswered hold is denied.
  package var expires: Int64
  package var quorum: Int
  /// Words for the client when it is held or denied.
  package var reason: String?
  /// Who decides what it holds.
  package var law = ApprovalLaw()

  package init(
    name: String, when: Condition, then: Action, expires: Int64 = 300_000_000, quorum: Int = 1, reason: String? = nil,
    law: ApprovalLaw = ApprovalLaw()
  ) {
    self.law = law
    self.name = name
    self.when = when
    self.then = then
    self.expires = expires
    self.quorum = quorum
    self.reason = reason
  }
}

/// All that are set must hold; within a list one is enough. Texts are globs (`*`, `?`).
package struct Condition: Equatable, Sendable {
  package var connection: [String]
  package var agent: [String]
  package var principal: [String]
  package var statementClass: [StatementClass]
  package var kind: [String]
  package var object: [String]
  package var reason: [String]
  /// The agent's run, as it claims it: such a rule may hold or deny, and never allow.
  package var run: [String]
  /// At one of these times.
  package var during: [TimeWindow]
  /// At none of these times.
  package var outside: [TimeWindow]
  /// More than this has flowed out before.
  package var returned: OutflowLimit?
  /// The target's planner expects more rows than this, or says nothing: such a rule may hold or deny, and never allow.
  package var estimatedRows: Int64?

  package init(
    connection: [String] = [], agent: [String] = [], principal: [String] = [], statementClass: [StatementClass] = [],
    kind: [String] = [], object: [String] = [], reason: [String] = [], run: [String] = [], during: [TimeWindow] = [],
    outside: [TimeWindow] = [], returned: OutflowLimit? = nil, estimatedRows: Int64? = nil
  ) {
    self.estimatedRows = estimatedRows
    self.connection = connection
    self.agent = agent
    self.principal = principal
    self.statementClass = statementClass
    self.kind = kind
    self.object = object
    self.reason = reason
    self.run = run
    self.during = during
    self.outside = outside
    self.returned = returned
  }
}

/// The rules in force. Without a match, read and write are allowed and the rest is held.
package struct RuleSet: Equatable, Sendable {
  package var rules: [Rule]
  /// Lines of the configuration that say what programs do; see ``ProgramTable``. One that cannot be read makes every command
  /// line `unknown`: the configuration refuses it before.
  package var programs: [String]
  /// SHA-256 of the rules' canonical text, lower-case hexadecimal.
  package var digest: String

  package init(rules: [Rule], programs: [String] = [], digest: String) {
    self.rules = rules
    self.programs = programs
    self.digest = digest
  }
}
