import SessionModel

/// One way of telling people that a request waits: a `[[notify]]` of the configuration.
package struct NotifyChannel: Sendable, Equatable {
  package enum Way: Sendable, Equatable {
    /// An HTTP POST of JSON, signed where there is a secret.
    case webhook(url: String, secret: [UInt8]?)
    /// A program with its arguments; the JSON comes on standard input.
    case command([String])
  }

  package var name: String
  package var way: Way
  /// Requests under this risk are not told.
  package var risk: Risk

  package init(name: String, way: Way, risk: Risk) {
    self.name = name
    self.way = way
    self.risk = risk
  }
}
