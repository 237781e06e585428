/// The client's half of one SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange.
///
/// Source: RFC 5802, sections 5 to 7; RFC 5929, section 4 (`tls-server-end-point`).
package struct ScramClient: Sendable {
  /// How the exchange is tied to the TLS connection under it.
  package enum Binding: Equatable, Sendable {
    /// There is none to tie it to.
    case none
    /// We could, and the server did not offer it: it will notice when that was not so.
    case notOffered
    case endPoint([UInt8])
  }

  private let password: [UInt8]
  private let binding: Binding
  private let nonce: [UInt8]
  private let user: String
  private var authMessage: [UInt8] = []
  private var serverKey: [UInt8] = []

  /// - Parameters:
  ///   - user: Empty towards PostgreSQL, which takes the name from the startup message.
  ///   - nonce: At least 18 random bytes, used in base64.
  package init(user: String = "", password: String, binding: Binding, nonce: [UInt8]) {
    self.init(user: user, password: password, binding: binding, writtenNonce: ScramBase64.encode(nonce))
  }

  /// - Parameter writtenNonce: Printable characters without a comma.
  package init(user: String, password: String, binding: Binding, writtenNonce: [UInt8]) {
    self.user = user
    self.password = ScramPrimitives.prepared(password)
    self.binding = binding
    nonce = writtenNonce
  }

  /// `SCRAM-SHA-256` or `SCRAM-SHA-256-PLUS`.
  package var mechanism: String {
    switch binding {
    case .none, .notOffered: "SCRAM-SHA-256"
    case .endPoint: "SCRAM-SHA-256-PLUS"
    }
  }

  private var gs2Header: [UInt8] {
    switch binding {
    case .none: Array("n,,".utf8)
    case .notOffered: Array("y,,".utf8)
    case .endPoint: Array("p=tls-server-end-point,,".utf8)
    }
  }

  private var firstBare: [UInt8] { Array("n=\(user),r=".utf8) + nonce }

  /// client-first-message.
  package func first() -> [UInt8] { gs2Header + firstBare }

  /// Takes server-first-message and gives client-final-message. Takes some milliseconds.
  package mutating func final(_ message: [UInt8]) throws(ScramError) -> [UInt8] {
    let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count >= 3, fields[0].starts(with: "r=".utf8), fields[1].starts(with: "s=".utf8),
      fields[2].starts(with: "i=".utf8), let salt = ScramBase64.decode(fields[1].dropFirst(2)), !salt.isEmpty,
      let iterations = Int(String(decoding: fields[2].dropFirst(2), as: UTF8.self)), iterations > 0
    else { throw .malformed }
    guard iterations <= ScramVerifier.maximumIterations else { throw .iterations }
    let fullNonce = fields[0].dropFirst(2)
    guard fullNonce.count > nonce.count, fullNonce.starts(with: nonce) else { throw .malformed }
    var bound = gs2Header
    if case .endPoint(let hash) = binding { bound += hash }
    let withoutProof = Array("c=".utf8) + ScramBase64.encode(bound) + Array(",r=".utf8) + Array(fullNonce)
    let salted = ScramPrimitives.saltedPassword(password, salt: salt, iterations: iterations)
    let clientKey = ScramPrimitives.hmac(key: salted, Array("Client Key".utf8))
    serverKey = ScramPrimitives.hmac(key: salted, Array("Server Key".utf8))
    authMessage = firstBare + [UInt8(ascii: ",")] + message + [UInt8(ascii: ",")] + withoutProof
    let signature = ScramPrimitives.hmac(key: ScramPrimitives.hash(clientKey), authMessage)
    return withoutProof + Array(",p=".utf8) + ScramBase64.encode(ScramPrimitives.xor(clientKey, signature))
  }

  /// Checks server-final-message: the server knows the secret too.
  package func verify(_ message: [UInt8]) throws(ScramError) {
    guard !authMessage.isEmpty, message.starts(with: "v=".utf8) else { throw .malformed }
    let field = message.dropFirst(2).prefix { $0 != UInt8(ascii: ",") }
    guard let signature = ScramBase64.decode(field) else { throw .malformed }
    guard ScramPrimitives.equal(signature, ScramPrimitives.hmac(key: serverKey, authMessage)) else { throw .proof }
  }
}
