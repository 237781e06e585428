import QueryProtocol

extension QueryDesk {
  /// Longest that a reply waits for the index.
  static let settling = Duration.seconds(3)

  /// Replies once the index has seen what is durable, so that who has written reads it in the next answer.
  func settled(_ reply: @escaping Reply) -> Reply {
    { body, last in
      if last { await self.progress.reach(self.gate.durableIndex, within: QueryDesk.settling) }
      try await reply(body, last)
    }
  }
}

extension QueryRequest.Verb {
  /// What was asked for changes what the next answer says.
  var writes: Bool {
    switch self {
    case .decide, .escalate, .revokeGrant, .end, .importEnd, .retention, .note: true
    case .sessions, .session, .steps, .step, .wire, .search, .count, .tail, .approvals, .seen, .audit, .signals, .log,
      .evidence, .originals, .facets, .importBegin, .importItems, .recording, .notes, .cancel:
      false
    }
  }
}
