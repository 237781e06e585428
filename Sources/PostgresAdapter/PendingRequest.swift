import NIOCore
import Policy
import SessionModel

/// A client's message that waits for its verdict. It stands at the end of the open batch.
struct PendingRequest: Sendable {
  enum Kind: Sendable {
    case query
    /// A Parse: judged now, decided when it is executed.
    case parse(name: WireName, types: [UInt32])
    case execute
    case functionCall
  }

  var kind: Kind
  /// Bytes of the whole message.
  var length: Int
  /// Where its text is within the batch.
  var text: TextLocation
  /// The text, where the record must hold it in a part of its own.
  var textPart: ByteBuffer?
  /// The text as judged; kept for a Parse.
  var judged: String
  var values: [BoundValue] = []
  var statement: String?
  var arrived: Int64
  var source: ResultSource?
  /// Types of the parameters, 0 where unknown.
  var types: [UInt32] = []

  var operation: String {
    switch kind {
    case .query: "query"
    case .parse: "prepare"
    case .execute: "execute"
    case .functionCall: "function-call"
    }
  }
}
