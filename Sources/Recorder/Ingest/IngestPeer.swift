import MutualTLS
import NIOCore

/// Who is at the other end of an ingest connection, as kernel or certificate say: what it claims counts for nothing.
/// Touched only on the ingest event loop.
enum IngestPeer {
  case user(UInt32?)
  case remote(PeerCheck, address: String)

  func mayUse(_ name: String, _ settings: RecorderSettings) -> Bool {
    switch self {
    case .user(let uid): uid != nil && settings.gateways[name] == uid
    case .remote(let check, _): check.certificate.flatMap { settings.certificates[name]?.matches($0) } ?? false
    }
  }

  /// For a log: never what the peer says of itself.
  var description: String {
    switch self {
    case .user(let uid): uid.map { "uid \($0)" } ?? "unknown user"
    case .remote(let check, let address):
      check.certificate.map { "\(address) \($0.fingerprint)" } ?? address
    }
  }

  func reason(for error: any Error) -> String {
    switch self {
    case .user: "the connection failed"
    case .remote(let check, _): check.reason(for: error)
    }
  }
}
