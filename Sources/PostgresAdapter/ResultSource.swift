/// What a result comes from, kept beside the answer that the server owes.
enum ResultSource: Sendable {
  /// A Query's text.
  case text(String)
  case portal(Portal)
  case statement(PreparedStatement)

  /// The statement's text; `nil` where it is not known.
  var text: String? {
    switch self {
    case .text(let text): text
    case .portal(let portal): portal.statement?.text
    case .statement(let statement): statement.text
    }
  }
}
