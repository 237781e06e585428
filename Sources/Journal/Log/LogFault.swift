/// Why a store's log cannot be trusted, or used. The detail never contains captured data.
package struct LogFault: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    /// A file of the log cannot be read or written.
    case storage
    /// The key, or its verifier key, is gone or is none.
    case key
    /// A checkpoint is gone, or is none of this log's.
    case checkpoint
    /// The journal is not the one that the log's checkpoint covers.
    case disagrees
  }

  package var code: Code
  package var detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  package var description: String { detail }
}
