/// What a rule decided about one request.
package enum Verdict: String, Codable, Sendable, CaseIterable {
  case allow, mask, hold, deny
}

/// What a statement or command does to its target, the worst of its parts.
package enum StatementClass: String, Codable, Sendable, CaseIterable {
  case read, write, destructive, admin, unknown
}

/// How much a person should care; what the console sorts by.
package enum Risk: String, Codable, Sendable, CaseIterable, Comparable {
  case low, medium, high

  package static func < (left: Risk, right: Risk) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}

/// When bytes may pass, set per connection.
package enum CaptureMode: String, Codable, Sendable, CaseIterable {
  /// Requests are durable before the target sees them, responses before the agent does.
  case strict
  /// Requests as in `strict`; responses are recorded behind.
  case request
  /// Only that the session was there is recorded.
  case off
  /// Not captured here: a person has brought it from a file.
  case imported

  /// The modes that a connection may have.
  package static let allCases: [CaptureMode] = [.strict, .request, .off]
}

/// What became of a request that waited for a person.
package enum ApprovalOutcome: String, Codable, Sendable, CaseIterable {
  case waiting, approved, denied, expired, withdrawn
}

/// Where a session stands.
package enum SessionState: String, Codable, Sendable, CaseIterable {
  case live, ended
  /// Its gateway went away without ending it.
  case lost
}
