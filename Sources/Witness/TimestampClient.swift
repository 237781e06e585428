import Signatures

/// Asks a timestamp authority over HTTP. What it says is signed, so the transport need not be.
///
/// Source: RFC 3161, section 3.4.
package struct TimestampClient: Sendable {
  package let address: WitnessAddress
  /// PEM file of the authorities whose tokens count.
  package let authorities: String

  package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  package init(address: WitnessAddress, authorities: String) {
    self.address = address
    self.authorities = authorities
  }

  /// - Returns: a token that has been checked: it is for these bytes, of now, and of an authority that counts.
  package func stamp(_ data: [UInt8]) async throws(Failure) -> TimestampToken {
    let request = TimestampRequest.draw(for: data)
    let answer: WitnessConnection.Answer
    do {
      answer = try await WitnessConnection.post(
        request.der, to: address, path: address.prefix.isEmpty ? "/" : "", type: "application/timestamp-query")
    } catch {
      throw Failure(description: "\(error)")
    }
    guard answer.status == 200 else { throw Failure(description: "it answers with status \(answer.status)") }
    guard let token = TimestampToken(response: answer.body) else {
      throw Failure(description: "its answer holds no token")
    }
    do { try token.check(request, authorities: authorities) } catch {
      throw Failure(description: "its token does not verify: \(error)")
    }
    return token
  }
}
