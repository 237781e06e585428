import Policy
import ProxyCore
import SessionModel
import Signatures
import Synchronization

/// What a gateway goes by that can change while it runs: its rules, whose decisions count, which agents may come.
final class TermsInForce: Sendable {
  /// One version of them.
  final class Terms: Sendable {
    let judge: Judge
    let watches: [OutflowWatch]
    let decisions: DecisionTerms
    let approvers: [ApproverKey]
    let agents: [String: ConnectionSettings.AgentEntry]

    init(_ settings: GatewaySettings, grants: GrantBook) {
      judge = Judge(rules: settings.rules)
      watches = OutflowWatch.all(of: settings.rules)
      decisions = DecisionTerms(settings, grants: grants)
      approvers = settings.approvers
      agents = settings.agents
    }

    var digest: String { judge.rules.digest }

    /// Whether an agent may go on as it logged in under other terms.
    func keeps(_ agent: String, from old: Terms) -> Bool {
      guard let now = agents[agent] else { return false }
      return now == old.agents[agent]
    }

    /// Names of those whose decisions counted under these terms and do not as they did under others.
    func approversGone(in new: Terms) -> [String] {
      approvers.filter { !new.approvers.contains($0) }.map(\.name)
    }
  }

  private let terms: Mutex<Terms>

  init(_ terms: Terms) {
    self.terms = Mutex(terms)
  }

  var current: Terms { terms.withLock { $0 } }

  /// - Returns: The terms before.
  func replace(with new: Terms) -> Terms {
    terms.withLock { terms in
      defer { terms = new }
      return terms
    }
  }
}
