import Policy

/// One answer that the server owes, in the order of the requests.
struct Expectation: Sendable {
  enum Kind: Sendable, Equatable {
    /// Rows, tags or errors, then ReadyForQuery.
    case query
    /// The gateway's own failing statement in a query's place.
    case substituteQuery
    case parse, bind, describePortal, close
    case describeStatement
    case execute
    /// The gateway's own failing Parse in an Execute's place.
    case substituteParse
    case functionCall
    case sync
  }

  /// What the machine believes of the server's state once this has worked, to be taken back when it has not.
  enum Undo: Sendable {
    case none
    /// The name stood for `now`, and before it for `previous`. It is given back only if it still stands for `now`.
    case statement(ServerName, now: PreparedStatement?, previous: PreparedStatement?)
    case portal(ServerName, now: Portal?, previous: Portal?)
    /// What is known of SQL `PREPARE`s should it fail.
    case context(StatementContext)
  }

  var kind: Kind
  /// 0 for what belongs to no step.
  var step: Int
  var undo: Undo = .none
  /// The described statement.
  var name = PostgresMachine.unnamed
  /// Where the result comes from, on a connection with masks.
  var source: ResultSource?
}
