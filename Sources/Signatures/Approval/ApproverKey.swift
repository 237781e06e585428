/// A person who may decide, as a configuration names them.
package struct ApproverKey: Sendable, Equatable {
  package var name: String
  /// Nil where the person is known by the local user alone, which a trial accepts.
  package var key: SSHPublicKey?
  /// The local user's name, which is theirs too when it is asked whether a request is their own.
  package var user: String?

  package init(name: String, key: SSHPublicKey?, user: String? = nil) {
    self.name = name
    self.key = key
    self.user = user
  }

  /// Whether one of these names is this person's, in whatever case it is written.
  package func isAny(of requesters: [String]) -> Bool {
    let own = [name, user].compactMap { $0?.lowercased() }
    return requesters.contains { own.contains($0.lowercased()) }
  }
}
