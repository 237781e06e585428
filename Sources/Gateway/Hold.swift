import NIOCore
import SessionModel

/// A request of one session that waits for people.
struct Hold {
  var meta: HoldMeta
  var step: Int
  /// Number of the request's record in its lane.
  var request: UInt64
  /// Known once the request's receipt has come and its entry was rebuilt from the bytes held here.
  var leaf: LeafHash?
  var timer: Scheduled<Void>
  /// When it began to wait.
  var since: Timestamp
  /// Decisions that came before the receipt was seen.
  var early: [DecisionMeta] = []
  /// Who has approved, in order: distinct people.
  var approvers: [String] = []
  /// What each of them has given.
  var grants: [ApprovalGrant?] = []
  /// What a grant would be for.
  var subject: GrantBook.Subject?
  /// What a grant for any value would be for.
  var normalSubject: GrantBook.Subject?

  /// Decisions kept of those that come early.
  static let earlyLimit = 32
  /// Nonces kept of a session's holds that are over.
  static let settledLimit = 4096
}
