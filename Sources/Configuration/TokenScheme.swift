import Foundation

/// The verifier of an agent's token as `agent[].token` writes it.
package enum TokenScheme {
  package static let prefix = "scram-sha-256:"

  /// Takes the scheme's name off a well-formed verifier; `nil` for anything else, a bare token above all.
  package static func verifier(_ text: String) -> String? {
    guard text.hasPrefix(prefix), text.utf8.count <= 512 else { return nil }
    let body = String(text.dropFirst(prefix.count))
    let halves = body.split(separator: "$", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let left = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    let right = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    guard left.count == 2, right.count == 2, let iterations = Int(left[0]), (4096...1_000_000).contains(iterations),
      let salt = Data(base64Encoded: String(left[1])), (8...64).contains(salt.count),
      Data(base64Encoded: String(right[0]))?.count == 32, Data(base64Encoded: String(right[1]))?.count == 32
    else { return nil }
    return body
  }
}
