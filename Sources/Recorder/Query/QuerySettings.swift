import Signatures

/// What the query service is started with.
package struct QuerySettings: Sendable {
  /// A person who may decide, known by the key they sign with, or by the user they connect as.
  package struct Approver: Sendable, Equatable {
    package var name: String
    package var uid: UInt32?
    /// The key that signs their decisions.
    package var key: SSHPublicKey?

    package init(name: String, uid: UInt32?, key: SSHPublicKey? = nil) {
      self.name = name
      self.uid = uid
      self.key = key
    }
  }

  /// Path of the query socket; its directory exists.
  package var socket: String
  /// Path of the index's file.
  package var index: String
  package var origin: String
  package var trial: Bool
  /// The recorder's own user, who may look.
  package var ownUser: UInt32
  /// Others who may look; approvers may as well.
  package var readers: Set<UInt32>
  package var approvers: [Approver]
  /// Who is told of requests that wait.
  package var channels: [NotifyChannel]
  /// Microseconds that a request may wait before people are told that it is late.
  package var approvalLimit: Int64? = nil

  package init(
    socket: String, index: String, origin: String, trial: Bool, ownUser: UInt32, readers: Set<UInt32> = [],
    approvers: [Approver] = [], channels: [NotifyChannel] = []
  ) {
    self.socket = socket
    self.index = index
    self.origin = origin
    self.trial = trial
    self.ownUser = ownUser
    self.readers = readers
    self.approvers = approvers
    self.channels = channels
  }
}
