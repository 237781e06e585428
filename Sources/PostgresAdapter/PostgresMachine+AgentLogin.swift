import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Signatures

// The agent proves that it has its token, which never crosses the wire.
//
// Source: PostgreSQL 15, "SASL Authentication".
extension PostgresMachine {
  /// Largest message of a login. Bytes.
  static let loginMessage = 8192

  mutating func beginAgentLogin(user: String) {
    let known = settings.agents[user].flatMap { ScramVerifier($0.verifier) }
    let offersPlus = clientTLS && certificateBinding != nil
    var offer = ByteBuffer()
    ServerMessage.write(&offer, type: UInt8(ascii: "R")) { body in
      body.writeInteger(UInt32(10))
      if offersPlus { body.writeCString("SCRAM-SHA-256-PLUS") }
      body.writeCString("SCRAM-SHA-256")
      body.writeInteger(UInt8(0))
    }
    effects.append(.forward(offer, to: .client))
    phase = .agentLogin(
      .offered(user: user, verifier: known ?? ScramVerifier(mockFor: user), offersPlus: offersPlus))
    takeAgentLogin()
  }

  mutating func takeAgentLogin() {
    while case .agentLogin(let login) = phase {
      guard let type = clientBytes.getInteger(at: clientBytes.readerIndex, as: UInt8.self),
        let length = clientBytes.getInteger(at: clientBytes.readerIndex + 1, as: UInt32.self)
      else { return }
      if type == UInt8(ascii: "X"), length == 4 {
        return close("client closed during its login", graceful: true, failed: false)
      }
      guard type == UInt8(ascii: "p"), length >= 4, length <= PostgresMachine.loginMessage else {
        return violation(.client, "a message that is no answer to the login")
      }
      guard clientBytes.readableBytes >= Int(length) + 1, var message = clientBytes.readSlice(length: Int(length) + 1)
      else { return }
      message.moveReaderIndex(forwardBy: 5)
      switch login {
      case .offered(let user, let verifier, let offersPlus):
        takeInitialResponse(message, user: user, verifier: verifier, offersPlus: offersPlus)
      case .challenged(let user, let exchange, let mechanism):
        takeResponse(message, user: user, exchange: exchange, mechanism: mechanism)
      }
    }
  }

  private mutating func takeInitialResponse(
    _ message: ByteBuffer, user: String, verifier: ScramVerifier, offersPlus: Bool
  ) {
    let read = message.withUnsafeReadableBytes { raw -> (mechanism: String, data: [UInt8])? in
      var cursor = WireCursor(raw)
      guard let mechanism = cursor.readCString(), let length = cursor.readInt32(), let range = cursor.take(Int(length)),
        cursor.remaining == 0
      else { return nil }
      return (mechanism, Array(raw[range]))
    }
    guard let read else { return violation(.client, "malformed SASL answer") }
    let plus = read.mechanism == "SCRAM-SHA-256-PLUS"
    guard plus ? offersPlus : read.mechanism == "SCRAM-SHA-256" else {
      return violation(.client, "a SASL mechanism that was not offered")
    }
    var exchange = ScramServer(
      verifier: verifier, plus: plus, binding: offersPlus ? certificateBinding : nil, nonce: draw(18))
    do {
      let challenge = try exchange.first(read.data)
      var answer = ByteBuffer()
      ServerMessage.writeAuthentication(&answer, code: 11, challenge)
      effects.append(.forward(answer, to: .client))
      phase = .agentLogin(.challenged(user: user, exchange: exchange, mechanism: read.mechanism))
    } catch {
      failLogin(user, error)
    }
  }

  private mutating func takeResponse(_ message: ByteBuffer, user: String, exchange: ScramServer, mechanism: String) {
    let last: [UInt8]
    do {
      last = try exchange.final(Array(message.readableBytesView))
    } catch {
      return failLogin(user, error)
    }
    guard let entry = settings.agents[user] else { return failLogin(user, .proof) }
    authentication = mechanism
    guard entry.connections.isEmpty || entry.connections.contains(settings.name) else {
      agent = entry
      return refuseLogin(code: "42501", "steno: this agent may not use this connection", note: true)
    }
    agent = entry
    ServerMessage.writeAuthentication(&loginAnswer, code: 12, last)
    ServerMessage.writeAuthentication(&loginAnswer, code: 0)
    phase = .connecting
    effects.append(.connectUpstream)
  }

  private mutating func failLogin(_ user: String, _ error: ScramError) {
    switch error {
    case .malformed: violation(.client, "malformed SASL answer")
    case .channelBinding:
      refuseLogin(code: "28000", "SCRAM channel binding does not fit this connection", note: true)
    case .proof, .iterations:
      refuseLogin(code: "28P01", "password authentication failed for user \"\(user)\"", note: true)
    }
  }
}
