import NIOCore
import NIOSSL
import Signatures

/// What one handshake has found out about the other end. Touched only on its channel's event loop.
package final class PeerCheck: Sendable {
  private struct Found {
    var certificate: PeerCertificate?
    var fault: String?
  }

  private let found: NIOLoopBoundBox<Found>

  init(eventLoop: any EventLoop) {
    found = NIOLoopBoundBox(Found(), eventLoop: eventLoop)
  }

  /// The other end's certificate, once it is trusted. A session that is resumed shows none, and so is nobody's.
  package var certificate: PeerCertificate? { found.value.certificate }

  func passed(_ certificate: PeerCertificate?) {
    found.value.certificate = certificate
  }

  func failed(_ reason: String) {
    found.value.fault = reason
  }

  /// Why the line ended in its handshake, in words for a log: nothing of what came over it.
  package func reason(for error: any Error) -> String {
    if let fault = found.value.fault { return fault }
    let text = "\(error)"
    for (mark, words) in PeerCheck.marks where text.contains(mark) { return words }
    return error is NIOSSLError || error is BoringSSLError ? "the TLS handshake failed" : "the connection failed"
  }

  /// BoringSSL's names of what can go wrong, and what they mean here.
  private static let marks = [
    ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "no certificate was shown"),
    ("UNSUPPORTED_PROTOCOL", "TLS 1.3 was not offered"),
    ("PROTOCOL_VERSION", "TLS 1.3 is not spoken there"),
    ("HTTP_REQUEST", "it speaks HTTP, not TLS"), ("HTTPS_PROXY_REQUEST", "it speaks HTTP, not TLS"),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
    ("CERTIFICATE_REQUIRED", "the other end wants a certificate"),
    ("ALERT_CERTIFICATE_UNKNOWN", "the other end refuses our certificate"),
    ("ALERT_BAD_CERTIFICATE", "the other end refuses our certificate"),
    ("ALERT_CERTIFICATE_EXPIRED", "the other end says that our certificate has expired"),
    ("ALERT_UNKNOWN_CA", "the other end does not know our certificate's authority"),
    ("uncleanShutdown", "the connection broke off"),
  ]
}
