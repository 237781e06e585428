import COpenSSL
import Foundation

/// An OpenSSH public key that can check signatures: Ed25519, ECDSA on the NIST curves, RSA.
///
/// Equal keys have equal blobs: a blob is accepted in its one form only.
/// Source: RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4.
package struct SSHPublicKey: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case ed25519([UInt8])
    case ecdsa(SSHCurve, point: [UInt8])
    /// Minimal big-endian integers with their sign byte.
    case rsa(exponent: [UInt8], modulus: [UInt8])
  }

  package let kind: Kind
  /// The key as the wire has it, its type's name first.
  package let blob: [UInt8]

  /// Longest blob accepted, in bytes: an RSA key of 16,384 bits fits.
  package static let blobLimit = 4096
  /// Longest line accepted, in bytes.
  package static let lineLimit = 8192

  /// - Returns: `nil` for what is no key, for a type that is not known here, and for RSA under 2048 bits.
  package init?(blob: [UInt8]) {
    guard blob.count <= Self.blobLimit else { return nil }
    var reader = SSHReader(blob)
    switch reader.text(maximum: 64) {
    case "ssh-ed25519":
      guard let key = reader.string(maximum: 32), key.count == 32 else { return nil }
      kind = .ed25519(key)
    case "ssh-rsa":
      guard let exponent = reader.positive(maximum: 8), let modulus = reader.positive(maximum: 2049),
        modulus.count >= 256
      else { return nil }
      kind = .rsa(exponent: exponent, modulus: modulus)
    case let name?:
      guard let curve = SSHCurve.allCases.first(where: { $0.keyType == name }),
        reader.text(maximum: 16) == curve.rawValue, let point = reader.string(maximum: curve.pointLength),
        point.count == curve.pointLength, point.first == 4
      else { return nil }
      kind = .ecdsa(curve, point: point)
    case nil: return nil
    }
    guard reader.isAtEnd else { return nil }
    self.blob = blob
  }

  /// Reads one line of a `.pub` file: type, Base64 and an optional comment.
  package init?(line: String) {
    guard line.utf8.count <= Self.lineLimit else { return nil }
    let words = line.split(maxSplits: 2, whereSeparator: { $0 == " " || $0 == "\t" })
    guard words.count >= 2, !line.contains(where: \.isNewline), let data = Data(base64Encoded: String(words[1])),
      data.base64EncodedString() == words[1]
    else { return nil }
    self.init(blob: [UInt8](data))
    guard words[0] == typeName else { return nil }
  }

  package var typeName: String {
    switch kind {
    case .ed25519: "ssh-ed25519"
    case .ecdsa(let curve, _): curve.keyType
    case .rsa: "ssh-rsa"
    }
  }

  /// The line without a comment.
  package var line: String { "\(typeName) \(Data(blob).base64EncodedString())" }

  /// As `ssh-keygen -l` prints it.
  package var fingerprint: String {
    let text = Data(SHA256.hash(blob)).base64EncodedString()
    return "SHA256:" + text.prefix { $0 != "=" }
  }
}

/// The curves that SSH names.
package enum SSHCurve: String, Sendable, CaseIterable {
  case nistp256, nistp384, nistp521

  package var keyType: String { "ecdsa-sha2-\(rawValue)" }

  /// Bytes of an uncompressed point.
  var pointLength: Int {
    switch self {
    case .nistp256: 65
    case .nistp384: 97
    case .nistp521: 133
    }
  }

  /// Object identifier's content (RFC 5480, section 2.1.1.1).
  var identifier: [UInt8] {
    switch self {
    case .nistp256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
    case .nistp384: [0x2b, 0x81, 0x04, 0x00, 0x22]
    case .nistp521: [0x2b, 0x81, 0x04, 0x00, 0x23]
    }
  }

  /// The hash that goes with the curve (RFC 5656, section 6.2.1).
  var digestName: String {
    switch self {
    case .nistp256: "SHA256"
    case .nistp384: "SHA384"
    case .nistp521: "SHA512"
    }
  }
}
