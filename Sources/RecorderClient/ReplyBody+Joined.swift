import QueryProtocol

extension QueryReply.Body {
  /// The list that this part and the next make together; anything but a list is replaced by what came last.
  func joined(with next: QueryReply.Body) -> QueryReply.Body {
    switch (self, next) {
    case (.sessions(let left), .sessions(let right)): .sessions(left + right)
    case (.steps(let left), .steps(let right)): .steps(left + right)
    case (.hits(let left, _), .hits(let right, let cursor)): .hits(left + right, next: cursor)
    case (.tail(let left), .tail(let right)): .tail(left + right)
    case (.approvals(let left), .approvals(let right)): .approvals(left + right)
    case (.audit(let left), .audit(let right)): .audit(left + right)
    case (.notes(let left), .notes(let right)): .notes(left + right)
    case (.sessions, _), (.session, _), (.steps, _), (.step, _), (.wire, _), (.hits, _), (.count, _), (.tail, _),
      (.approvals, _), (.decided, _), (.seen, _), (.ended, _), (.signals, _), (.audit, _), (.facets, _), (.log, _),
      (.retention, _), (.holds, _), (.evidence, _), (.notes, _), (.noted, _),
      (.importing, _), (.imported, _), (.recording, _),
      (.failed, _):
      next
    }
  }
}
