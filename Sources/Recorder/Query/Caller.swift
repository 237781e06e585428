import Foundation

/// Who is at the other end of a query connection, by the kernel's word.
struct Caller: Sendable, Equatable {
  var uid: UInt32
  /// The approver's name where there is an entry for the user, else the user's own name.
  var name: String
  var userName: String
  /// An approver by the kernel's word: they may end sessions.
  var isApprover: Bool
  /// Decisions may come from here. Where approvers have keys, the signature says whose they are.
  var mayApprove: Bool
  /// What the program at the other end calls itself: a claim.
  var program = ""

  /// - Returns: `nil` when the user may not look.
  init?(uid: UInt32, settings: QuerySettings) {
    let entry = settings.approvers.first { $0.uid == uid }
    guard uid == settings.ownUser || settings.readers.contains(uid) || entry != nil else { return nil }
    self.uid = uid
    userName = Caller.userName(uid)
    name = entry?.name ?? userName
    // A trial without approvers is decided by whoever runs it: that it proves nothing is marked on the session.
    isApprover = entry != nil || settings.trial && settings.approvers.isEmpty
    mayApprove = isApprover || settings.approvers.contains { $0.key != nil }
  }

  /// A user's name; `uid N` where the system knows none.
  static func userName(_ uid: UInt32) -> String {
    var entry = passwd()
    var buffer = [CChar](repeating: 0, count: 4096)
    var found: UnsafeMutablePointer<passwd>?
    guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return "uid \(uid)"
    }
    return String(cString: name)
  }
}
