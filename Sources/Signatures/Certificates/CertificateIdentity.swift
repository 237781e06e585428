/// Whom a certificate must name: one of its DNS names, or its very key.
package enum CertificateIdentity: Sendable, Equatable, Hashable, CustomStringConvertible {
  /// One of the certificate's alternative names, in lower case.
  case dns(String)
  /// SHA-256 of the certificate's SubjectPublicKeyInfo: it stays when the certificate is renewed with the same key.
  case publicKey([UInt8])

  private static let dnsScheme = "dns:"
  private static let keyScheme = "spki-sha256:"

  /// Reads `dns:NAME` or `spki-sha256:HEX`; `nil` for anything else.
  package init?(_ text: String) {
    if text.hasPrefix(Self.dnsScheme) {
      let name = text.dropFirst(Self.dnsScheme.count).lowercased()
      let isName = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
          UInt8(ascii: "."), UInt8(ascii: "_"):
          true
        case _: false
        }
      }
      guard isName, (1...253).contains(name.utf8.count), !name.hasPrefix("."), !name.hasPrefix("-") else { return nil }
      self = .dns(name)
    } else if text.hasPrefix(Self.keyScheme) {
      let hex = Array(text.dropFirst(Self.keyScheme.count).utf8)
      guard hex.count == 64 else { return nil }
      var bytes: [UInt8] = []
      for place in stride(from: 0, to: hex.count, by: 2) {
        guard let high = Character(UnicodeScalar(hex[place])).hexDigitValue,
          let low = Character(UnicodeScalar(hex[place + 1])).hexDigitValue
        else { return nil }
        bytes.append(UInt8(high << 4 | low))
      }
      self = .publicKey(bytes)
    } else {
      return nil
    }
  }

  package func matches(_ certificate: PeerCertificate) -> Bool {
    switch self {
    case .dns(let name): certificate.isNamed(name)
    case .publicKey(let digest): certificate.publicKey == digest
    }
  }

  package var description: String {
    switch self {
    case .dns(let name): Self.dnsScheme + name
    case .publicKey(let digest):
      Self.keyScheme + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
