import COpenSSL
import Foundation

/// What a timestamp authority has answered: that it saw a hash at a time.
///
/// Source: RFC 3161, section 2.4.2; checked by OpenSSL's `TS_RESP_verify_response`, as `openssl ts -verify` does.
package struct TimestampToken: Sendable, Equatable {
  /// DER of the whole `TimeStampResp`.
  package let response: [UInt8]
  /// When the authority says that it was, in seconds since 1970.
  package let time: Int64

  package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Largest response that is read, in bytes.
  package static let limit = 64 << 10

  /// - Returns: `nil` for what is no response, or one without a token: the authority has refused.
  package init?(response: [UInt8]) {
    guard response.count <= Self.limit else { return nil }
    let time = TimestampToken.with(response) { answer -> Int64? in
      guard let information = TS_RESP_get_tst_info(answer), let stated = TS_TST_INFO_get_time(information) else {
        return nil
      }
      var fields = tm()
      guard ASN1_TIME_to_tm(stated, &fields) == 1 else { return nil }
      return Int64(timegm(&fields))
    }
    guard let time else { return nil }
    self.response = response
    self.time = time
  }

  /// Whether an authority of the file has signed this for what was asked. Its certificate must have been good when it did so; that it
  /// may have run out since takes nothing from the token.
  /// - Parameter authorities: PEM file.
  /// - Throws: what is wrong, in OpenSSL's words.
  package func check(_ request: TimestampRequest, authorities: String) throws(Fault) {
    defer { ERR_clear_error() }
    guard let store = X509_STORE_new() else { preconditionFailure("OpenSSL has no memory") }
    guard X509_STORE_load_file(store, authorities) == 1 else {
      X509_STORE_free(store)
      throw Fault(description: "\(authorities) holds no certificate of an authority in PEM")
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), time_t(time))
    let asked = request.der.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_TS_REQ(nil, &cursor, bytes.count)
    }
    guard let asked, let context = TS_REQ_to_TS_VERIFY_CTX(asked, nil) else {
      X509_STORE_free(store)
      throw Fault(description: "what was asked cannot be read")
    }
    defer {
      TS_REQ_free(asked)
      TS_VERIFY_CTX_free(context)
    }
    // The context owns the store from here.
    TS_VERIFY_CTX_set_store(context, store)
    TS_VERIFY_CTX_add_flags(context, Int32(TS_VFY_SIGNATURE))
    let isGood = TimestampToken.with(response) { TS_RESP_verify_response(context, $0) == 1 } ?? false
    guard !isGood else { return }
    let code = ERR_peek_last_error()
    let reason = ERR_reason_error_string(code).map { String(cString: $0) }
    throw Fault(description: reason ?? "it is not the authority's word for this")
  }

  private static func with<T>(_ response: [UInt8], _ body: (OpaquePointer) -> T?) -> T? {
    response.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      guard let answer = d2i_TS_RESP(nil, &cursor, bytes.count) else { return nil }
      defer { TS_RESP_free(answer) }
      return body(answer)
    }
  }
}
