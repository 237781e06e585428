/// What ReadyForQuery says of the transaction.
package enum TransactionStatus: UInt8, Sendable {
  case idle = 0x49
  case open = 0x54
  case failed = 0x45

  package var name: String {
    switch self {
    case .idle: "idle"
    case .open: "open"
    case .failed: "failed"
    }
  }
}
