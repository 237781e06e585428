/// What a server keeps of a secret, so that it can check a proof and not make one.
///
/// Source: RFC 5803 in PostgreSQL's spelling: `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY`.
package struct ScramVerifier: Equatable, Sendable {
  /// What PostgreSQL and this project use where nothing else is said.
  package static let defaultIterations = 4096
  /// More than this a peer may not ask for: it would only burn our processor.
  package static let maximumIterations = 1_000_000

  package var iterations: Int
  package var salt: [UInt8]
  package var storedKey: [UInt8]
  package var serverKey: [UInt8]

  /// Makes the verifier of a secret. Takes some milliseconds.
  package init(secret: String, salt: [UInt8], iterations: Int = ScramVerifier.defaultIterations) {
    let salted = ScramPrimitives.saltedPassword(
      ScramPrimitives.prepared(secret), salt: salt, iterations: iterations)
    self.iterations = iterations
    self.salt = salt
    storedKey = ScramPrimitives.hash(ScramPrimitives.hmac(key: salted, Array("Client Key".utf8)))
    serverKey = ScramPrimitives.hmac(key: salted, Array("Server Key".utf8))
  }

  /// A verifier that no secret fits, the same for a name as long as the process lives: strangers cannot tell by the
  /// challenge whether a name exists.
  package init(mockFor name: String) {
    iterations = ScramVerifier.defaultIterations
    salt = Array(ScramPrimitives.hmac(key: ScramVerifier.mockSecret, Array(name.utf8)).prefix(16))
    storedKey = ScramPrimitives.hmac(key: ScramVerifier.mockSecret, Array("stored".utf8) + Array(name.utf8))
    serverKey = ScramPrimitives.hmac(key: ScramVerifier.mockSecret, Array("server".utf8) + Array(name.utf8))
  }

  private static let mockSecret: [UInt8] = {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
  }()

  /// Reads the written form, with or without the scheme's name before it; `nil` for anything else.
  package init?(_ text: String) {
    var rest = text[...]
    for scheme in ["SCRAM-SHA-256$", "scram-sha-256:"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    let halves = rest.split(separator: "$", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let left = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    let right = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    guard left.count == 2, right.count == 2, let iterations = Int(left[0]), iterations > 0,
      iterations <= ScramVerifier.maximumIterations, let salt = ScramBase64.decode(left[1].utf8), !salt.isEmpty,
      let stored = ScramBase64.decode(right[0].utf8), stored.count == ScramPrimitives.hashBytes,
      let server = ScramBase64.decode(right[1].utf8), server.count == ScramPrimitives.hashBytes
    else { return nil }
    self.iterations = iterations
    self.salt = salt
    storedKey = stored
    serverKey = server
  }

  /// `ITERATIONS:SALT$STOREDKEY:SERVERKEY`, without the scheme's name.
  package var written: String {
    func base64(_ bytes: [UInt8]) -> String { String(decoding: ScramBase64.encode(bytes), as: UTF8.self) }
    return "\(iterations):\(base64(salt))$\(base64(storedKey)):\(base64(serverKey))"
  }
}
