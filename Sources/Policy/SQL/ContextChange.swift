/// What a statement does to the names that SQL has prepared.
enum ContextChange: Sendable {
  case prepare(ServerName, StatementFacts)
  case deallocate(ServerName)
  /// `DEALLOCATE ALL`, `DISCARD ALL`, or code that could have done anything to them.
  case forgetAll

  func names(in context: StatementContext) -> Set<ServerName> {
    switch self {
    case .prepare(let name, _), .deallocate(let name): [name]
    case .forgetAll: Set(context.prepared.keys)
    }
  }

  func apply(to context: inout StatementContext) {
    switch self {
    case .prepare(let name, let facts):
      // Past a thousand names a later EXECUTE is unknown rather than the session's memory unbounded.
      if context.prepared.count < 1_000 || context.prepared[name] != nil { context.prepared[name] = facts }
    case .deallocate(let name): context.prepared[name] = nil
    case .forgetAll: context.prepared = [:]
    }
  }
}
