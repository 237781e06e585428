import NIOCore
import Policy
import ProxyCore
import SessionModel

/// A request that waits for a person.
struct HeldRequest: Sendable {
  var step: Int
  var nonce: String
  var judgement: Judgement
  var request: PendingRequest
  /// The request, and the messages of its batch before it: they pass together or not at all.
  var bytes: ByteBuffer
  var expectations: [Expectation]
  var since: Int64
}
