import Signatures

/// A SCRAM-SHA-256 verifier of a token, as the configuration holds it.
enum TestVerifier {
  static func make(_ token: String) -> String {
    ScramVerifier(secret: token, salt: Array("a salt of a test".utf8)).written
  }
}
