import SessionModel
import Signatures
import Synchronization

/// Grants in force: each for the exact bytes of one request, by one principal on one connection.
///
/// Shared by all event loops. It lives in memory alone, so that a gateway that starts anew asks again.
final class GrantBook: Sendable {
  /// What a grant is for.
  struct Subject: Hashable {
    var connection: String
    var principal: String
    /// SHA-256 of everything that the target reads of the request.
    var bytes: SHA256.Digest
  }

  struct Grant {
    /// The nonce of the hold that it was given with; its identifier is the first eight digits.
    var nonce: String
    var by: String
    var left: Int
    var until: Timestamp
  }

  /// Grants in force at once; one more is not given, and what it was for is asked each time.
  static let limit = 10_000

  private let grants = Mutex<[Subject: Grant]>([:])
  /// Nonces of grants that were revoked, some of them before their approval arrived here.
  private let revoked = Mutex<Set<String>>([])

  func add(_ grant: Grant, for subject: Subject, at now: Timestamp) {
    guard !revoked.withLock({ $0.contains(grant.nonce) }) else { return }
    grants.withLock { grants in
      if grants.count >= Self.limit { grants = grants.filter { $0.value.until > now && $0.value.left > 0 } }
      guard grants.count < Self.limit else { return }
      grants[subject] = grant
    }
  }

  /// Uses a grant once, where there is one.
  func use(_ subject: Subject, at now: Timestamp) -> Grant? {
    grants.withLock { grants in
      guard var grant = grants[subject] else { return nil }
      guard grant.left > 0, now < grant.until else {
        grants[subject] = nil
        return nil
      }
      grant.left -= 1
      grants[subject] = grant.left > 0 ? grant : nil
      return grant
    }
  }

  /// Ends the grants of people who may not decide any more.
  /// - Returns: The nonces of those grants.
  func revoke(givenBy gone: [String]) -> Set<String> {
    guard !gone.isEmpty else { return [] }
    return grants.withLock { grants in
      let over = grants.filter { entry in
        entry.value.by.split(separator: ", ").contains { name in gone.contains { $0 == name } }
      }
      for subject in over.keys { grants[subject] = nil }
      return Set(over.values.map(\.nonce))
    }
  }

  func revoke(_ nonce: String) {
    revoked.withLock { revoked in
      if revoked.count >= Self.limit { revoked.removeAll() }
      revoked.insert(nonce)
    }
    grants.withLock { grants in grants = grants.filter { $0.value.nonce != nonce } }
  }
}
