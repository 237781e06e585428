/// A credential of the gateway's at a target.
package struct TargetLogin: Sendable, Equatable {
  package var user: String
  package var password: String?

  package init(user: String, password: String?) {
    self.user = user
    self.password = password
  }
}
