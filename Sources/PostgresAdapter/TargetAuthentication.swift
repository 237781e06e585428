import NIOCore
import PostgresWire
import ProxyCore
import Signatures

/// How the gateway proves itself to a target: for an agent's session and for questions of its own alike.
///
/// Pure: an authentication message in, the answer out. A target that skips the end of SCRAM, by which it proves that it knows the
/// password too, is not believed.
///
/// Source: PostgreSQL 15, "Message Flow", "Start-up"; "SASL Authentication".
struct TargetAuthentication: Sendable {
  private enum Stage: Sendable {
    /// The StartupMessage has been sent.
    case started
    /// A password has been sent.
    case answered
    case scramFirst(ScramClient)
    case scramFinal(ScramClient)
    case scramVerified
    case accepted
  }

  enum Fault: Error, Sendable {
    /// In words for whoever asked; nothing of the target's is in them.
    case refused(String)
    /// What the target sent breaks the protocol.
    case violation(String)
  }

  private let login: TargetLogin
  /// A password may go as it is: nobody can listen, or nobody wanted TLS.
  private let allowsCleartext: Bool
  /// The channel binding of the target's certificate.
  private let binding: [UInt8]?
  private var stage = Stage.started

  init(_ login: TargetLogin, settings: ConnectionSettings, isSecured: Bool, binding: [UInt8]?) {
    self.login = login
    let host = settings.upstreamHost
    let isLocal = host == "localhost" || host == "::1" || host.hasPrefix("127.") || host.hasPrefix("/")
    allowsCleartext = isSecured || settings.upstreamTLS == .disable || isLocal
    self.binding = binding
  }

  var isAccepted: Bool {
    if case .accepted = stage { return true }
    return false
  }

  /// - Parameters:
  ///   - body: Of an `Authentication…` message.
  ///   - nonce: Draws 18 random bytes.
  /// - Returns: The message to send; `nil` where there is none.
  mutating func take(_ body: ByteBuffer, nonce: () -> [UInt8]) throws(Fault) -> ByteBuffer? {
    var body = body
    guard let code = body.readInteger(as: UInt32.self) else { throw .violation("malformed authentication") }
    switch (code, stage) {
    case (0, .started), (0, .answered), (0, .scramVerified):
      stage = .accepted
      return nil
    case (3, .started):
      let password = try password()
      guard allowsCleartext else {
        throw .refused("the target asks for a cleartext password on a connection without TLS")
      }
      stage = .answered
      return TargetAuthentication.message { $0.writeCString(password) }
    case (5, .started):
      let password = try password()
      guard let salt = body.readBytes(length: 4) else { throw .violation("malformed MD5 request") }
      stage = .answered
      let answer = MessageDigestMD5.answer(user: login.user, password: password, salt: salt)
      return TargetAuthentication.message { $0.writeCString(answer) }
    case (10, .started): return try beginScram(body, nonce)
    case (11, .scramFirst(var client)):
      guard let final = try? client.final(Array(body.readableBytesView)) else {
        throw .violation("a SCRAM challenge that does not fit")
      }
      stage = .scramFinal(client)
      return TargetAuthentication.message { $0.writeBytes(final) }
    case (12, .scramFinal(let client)):
      do { try client.verify(Array(body.readableBytesView)) } catch {
        throw .refused("the target does not know the connection's password")
      }
      stage = .scramVerified
      return nil
    case (2, _), (6, _), (7, _), (8, _), (9, _): throw Self.unknownKind
    case (_, _): throw .violation("authentication out of order")
    }
  }

  private static let unknownKind = Fault.refused("the target asks for a kind of login that this gateway does not have")

  private mutating func beginScram(_ body: ByteBuffer, _ nonce: () -> [UInt8]) throws(Fault) -> ByteBuffer {
    let mechanisms = body.readableBytesView.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let password = try password()
    let own: ScramClient.Binding
    if let binding, mechanisms.contains("SCRAM-SHA-256-PLUS") {
      own = .endPoint(binding)
    } else if mechanisms.contains("SCRAM-SHA-256") {
      own = binding == nil ? .none : .notOffered
    } else {
      throw Self.unknownKind
    }
    let client = ScramClient(password: password, binding: own, nonce: nonce())
    stage = .scramFirst(client)
    let first = client.first()
    return TargetAuthentication.message { message in
      message.writeCString(client.mechanism)
      message.writeInteger(UInt32(truncatingIfNeeded: first.count))
      message.writeBytes(first)
    }
  }

  private func password() throws(Fault) -> String {
    guard let password = login.password else {
      throw .refused("the target asks for a password and this connection has none")
    }
    return password
  }

  private static func message(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
    var message = ByteBuffer()
    ServerMessage.write(&message, type: UInt8(ascii: "p"), write)
    return message
  }
}
