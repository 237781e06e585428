/// The server's half of one SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange.
///
/// Source: RFC 5802, sections 5 to 7; RFC 5929, section 4 (`tls-server-end-point`).
package struct ScramServer: Sendable {
  private let verifier: ScramVerifier
  private let binding: [UInt8]?
  private let plus: Bool
  private let nonce: [UInt8]
  private var gs2Header: [UInt8] = []
  private var clientFirstBare: [UInt8] = []
  private var serverFirst: [UInt8] = []
  private var fullNonce: [UInt8] = []

  /// - Parameters:
  ///   - plus: The client chose the -PLUS mechanism.
  ///   - binding: Our certificate's binding, when -PLUS was offered; `nil` when it was not.
  ///   - nonce: At least 18 random bytes.
  package init(verifier: ScramVerifier, plus: Bool, binding: [UInt8]?, nonce: [UInt8]) {
    self.verifier = verifier
    self.plus = plus
    self.binding = binding
    self.nonce = ScramBase64.encode(nonce)
  }

  /// Takes client-first-message and gives server-first-message.
  package mutating func first(_ message: [UInt8]) throws(ScramError) -> [UInt8] {
    let fields = message.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, fields[1].isEmpty else { throw .malformed }
    switch Array(fields[0]) {
    case Array("n".utf8):
      guard !plus else { throw .malformed }
    case Array("y".utf8):
      // The client could bind and believes that we cannot: someone has taken -PLUS out of our offer.
      guard !plus, binding == nil else { throw .channelBinding }
    case Array("p=tls-server-end-point".utf8):
      guard plus, binding != nil else { throw .channelBinding }
    default: throw .malformed
    }
    gs2Header = Array(fields[0]) + Array(",,".utf8)
    clientFirstBare = Array(fields[2])
    let bare = fields[2].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard bare.count >= 2, bare[0].starts(with: "n=".utf8), bare[1].starts(with: "r=".utf8) else { throw .malformed }
    let clientNonce = bare[1].dropFirst(2)
    guard (1...256).contains(clientNonce.count), clientNonce.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .malformed
    }
    fullNonce = Array(clientNonce) + nonce
    serverFirst =
      Array("r=".utf8) + fullNonce + Array(",s=".utf8) + ScramBase64.encode(verifier.salt)
      + Array(",i=\(verifier.iterations)".utf8)
    return serverFirst
  }

  /// Takes client-final-message, checks the proof and gives server-final-message.
  package func final(_ message: [UInt8]) throws(ScramError) -> [UInt8] {
    guard !serverFirst.isEmpty else { throw .malformed }
    let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count >= 3, fields[0].starts(with: "c=".utf8), fields[1].starts(with: "r=".utf8),
      let last = fields.last, last.starts(with: "p=".utf8),
      let bound = ScramBase64.decode(fields[0].dropFirst(2)),
      let proof = ScramBase64.decode(last.dropFirst(2)), proof.count == ScramPrimitives.hashBytes
    else { throw .malformed }
    guard ScramPrimitives.equal(bound, gs2Header + (plus ? binding ?? [] : [])) else { throw .channelBinding }
    guard fields[1].dropFirst(2).elementsEqual(fullNonce) else { throw .malformed }
    let withoutProof = message.dropLast(last.count + 1)
    let authMessage =
      clientFirstBare + [UInt8(ascii: ",")] + serverFirst + [UInt8(ascii: ",")] + Array(withoutProof)
    let signature = ScramPrimitives.hmac(key: verifier.storedKey, authMessage)
    let clientKey = ScramPrimitives.xor(proof, signature)
    guard ScramPrimitives.equal(ScramPrimitives.hash(clientKey), verifier.storedKey) else { throw .proof }
    return Array("v=".utf8) + ScramBase64.encode(ScramPrimitives.hmac(key: verifier.serverKey, authMessage))
  }
}
