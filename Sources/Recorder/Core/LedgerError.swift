import SessionModel

/// Why a record is not taken. The detail never contains captured data.
package struct LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    /// The gateway sent what it may not.
    case malformed
    /// The store cannot be written.
    case store
    /// The session is not open.
    case notFound
    /// The request has been decided already.
    case alreadyDecided
    /// The session's gateway is not connected.
    case unavailable
  }

  package var code: Code
  package var detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  package var description: String { detail }
}
