/// What a query may name before a colon.
package enum SearchField: String, Sendable, CaseIterable {
  case agent, principal, connection
  case proto = "protocol"
  case statementClass = "class"
  case verdict, rule, masked, approver, session, run, before, after, step

  /// Tells the fields' words apart in a full-text row.
  var letter: UInt8 {
    switch self {
    case .agent: UInt8(ascii: "a")
    case .principal: UInt8(ascii: "p")
    case .connection: UInt8(ascii: "c")
    case .proto: UInt8(ascii: "o")
    case .statementClass: UInt8(ascii: "k")
    case .verdict: UInt8(ascii: "v")
    case .rule: UInt8(ascii: "r")
    case .masked: UInt8(ascii: "m")
    case .approver: UInt8(ascii: "b")
    case .session: UInt8(ascii: "s")
    case .run: UInt8(ascii: "t")
    case .step: UInt8(ascii: "n")
    case .before, .after: UInt8(ascii: "x")
    }
  }
}
