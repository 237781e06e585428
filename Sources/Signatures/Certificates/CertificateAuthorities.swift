import COpenSSL

/// Authorities whose certificates count, from a PEM file.
///
/// They are checked by OpenSSL's own path validation: signatures, times, basic constraints, purpose, and the name where one is given.
/// Source: RFC 5280, section 6.
///
/// `@unchecked`: the store is filled before anybody else sees it and only read then, which OpenSSL allows from many threads.
package final class CertificateAuthorities: @unchecked Sendable {
  package enum Purpose: Sendable {
    case client, server
  }

  /// Why a certificate does not count, in OpenSSL's words, which quote nothing of it.
  package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  private let store: OpaquePointer

  /// - Throws: when the file holds no certificate in PEM.
  package init(file: String) throws(Fault) {
    guard let store = X509_STORE_new() else { preconditionFailure("OpenSSL has no memory") }
    self.store = store
    guard X509_STORE_load_file(store, file) == 1 else {
      ERR_clear_error()
      throw Fault(description: "\(file) holds no certificate of an authority in PEM")
    }
  }

  deinit { X509_STORE_free(store) }

  /// Checks the chain that a peer has shown, its own certificate first.
  /// - Parameter host: The name or address that the certificate must be for; nil where the caller looks for itself.
  /// - Throws: the first thing that is wrong.
  package func check(chain: [[UInt8]], purpose: Purpose, host: String? = nil) throws(Fault) {
    var certificates: [OpaquePointer] = []
    defer {
      for certificate in certificates { X509_free(certificate) }
      ERR_clear_error()
    }
    for der in chain {
      let certificate = der.withUnsafeBufferPointer { bytes in
        var cursor = bytes.baseAddress
        return d2i_X509(nil, &cursor, bytes.count)
      }
      guard let certificate else { throw Fault(description: "the certificate cannot be read") }
      certificates.append(certificate)
    }
    guard let leaf = certificates.first else { throw Fault(description: "there is no certificate") }
    guard let context = X509_STORE_CTX_new(), let others = OPENSSL_sk_new_null() else {
      preconditionFailure("OpenSSL has no memory")
    }
    defer {
      X509_STORE_CTX_free(context)
      OPENSSL_sk_free(others)
    }
    for certificate in certificates.dropFirst() { OPENSSL_sk_push(others, UnsafeRawPointer(certificate)) }
    guard X509_STORE_CTX_init(context, store, leaf, others) == 1,
      X509_STORE_CTX_set_purpose(
        context, purpose == .client ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER) == 1
    else { throw Fault(description: "the certificate cannot be checked") }
    if let host {
      let parameters = X509_STORE_CTX_get0_param(context)
      X509_VERIFY_PARAM_set_hostflags(
        parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
      guard
        X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
          || X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1
      else { throw Fault(description: "the name that is expected is none") }
    }
    guard X509_verify_cert(context) != 1 else { return }
    throw Fault(description: String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context)))))
  }
}
