import Configuration
import Foundation
import Signatures

/// What an agent logs in with: `stn_` and 32 random bytes in base64url.
struct AgentToken: Sendable {
  let text: String

  static func generate() -> AgentToken {
    AgentToken(text: "stn_" + base64url(random(32)))
  }

  /// What the configuration keeps of it.
  var verifier: String {
    TokenScheme.prefix + ScramVerifier(secret: text, salt: AgentToken.random(16)).written
  }

  /// The system's generator is the kernel's on Linux.
  private static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  private static func base64url(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }
}
