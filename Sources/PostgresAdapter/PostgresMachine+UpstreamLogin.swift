import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Signatures

// The gateway logs in at the target with the connection's credential.
//
// Source: PostgreSQL 15, "Start-up".
extension PostgresMachine {
  mutating func connected() {
    guard case .connecting = phase else { return }
    switch settings.upstreamTLS {
    case .disable: beginUpstreamLogin()
    case .prefer, .require, .verifyCA, .verifyFull:
      var request = ByteBuffer()
      request.writeInteger(UInt32(8))
      request.writeInteger(UInt32(80_877_103))
      effects.append(.forward(request, to: .upstream))
      phase = .askingUpstreamTLS
    }
  }

  mutating func connectFailed(_ detail: String) {
    switch phase {
    case .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin:
      refuseLogin(code: "08006", "steno: the target cannot be reached: \(detail)", note: true)
    case .startup, .securingClient, .agentLogin, .session, .ended: break
    }
  }

  mutating func takeTLSAnswer(_ bytes: ByteBuffer) {
    // Bytes behind the answer were sent in the clear, and must not be read as if they came through TLS.
    guard bytes.readableBytes == 1, let answer = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else {
      return violation(.upstream, "an answer to SSLRequest that is not one byte")
    }
    switch answer {
    case UInt8(ascii: "S"):
      effects.append(.startTLS(.upstream))
      phase = .securingUpstream
    case UInt8(ascii: "N"):
      guard settings.upstreamTLS == .prefer else {
        return refuseLogin(
          code: "08006", "steno: the target does not take TLS, which this connection requires", note: true)
      }
      beginUpstreamLogin()
    default: violation(.upstream, "an answer to SSLRequest that is neither S nor N")
    }
  }

  /// The credential that this session uses.
  var targetLogin: TargetLogin {
    if readsOnly, let login = settings.readLogin { return login }
    return TargetLogin(user: settings.upstreamUser, password: settings.upstreamPassword)
  }

  mutating func beginUpstreamLogin() {
    let name = agent?.name ?? ""
    readsOnly =
      settings.readLogin != nil
      && settings.ruleSet?.allowsOnlyReads(connection: settings.name, agent: name, principal: name) ?? false
    var message = ByteBuffer()
    message.writeInteger(UInt32(0))
    message.writeInteger(UInt32(196_608))
    func put(_ name: String, _ value: String) {
      message.writeCString(name)
      message.writeCString(value)
    }
    put("user", targetLogin.user)
    put("database", settings.database)
    for (name, value) in startup?.settings ?? [] { put(name, value) }
    message.writeInteger(UInt8(0))
    message.setInteger(UInt32(truncatingIfNeeded: message.readableBytes), at: message.readerIndex)
    effects.append(.forward(message, to: .upstream))
    phase = .upstreamLogin(UpstreamLogin())
  }

  mutating func takeUpstreamLogin(_ bytes: ByteBuffer) {
    upstreamBytes.join(bytes)
    while case .upstreamLogin(var login) = phase {
      guard let type = upstreamBytes.getInteger(at: upstreamBytes.readerIndex, as: UInt8.self),
        let length = upstreamBytes.getInteger(at: upstreamBytes.readerIndex + 1, as: UInt32.self)
      else { return }
      guard length >= 4, length <= longestLoginMessage(login) else {
        return violation(.upstream, "a login message of a length that cannot be")
      }
      guard upstreamBytes.readableBytes >= Int(length) + 1,
        let message = upstreamBytes.readSlice(length: Int(length) + 1)
      else { return }
      let body = message.getSlice(at: message.readerIndex + 5, length: Int(length) - 4) ?? ByteBuffer()
      switch type {
      case UInt8(ascii: "R"): takeAuthentication(body, login)
      case UInt8(ascii: "E"):
        guard case .catalogue = login.stage else {
          targetRefused(body)
          break
        }
        catalogueFailed()
      case UInt8(ascii: "T"), UInt8(ascii: "D"), UInt8(ascii: "C"): takeCatalogue(type, body, login)
      case UInt8(ascii: "N"), UInt8(ascii: "S"):
        if type == UInt8(ascii: "S"), !watchParameter(body) { return }
        login.passed.writeImmutableBuffer(message)
        guard login.passed.readableBytes <= settings.limits.upstreamMessage else {
          return violation(.upstream, "too many messages before ReadyForQuery")
        }
        phase = .upstreamLogin(login)
      case UInt8(ascii: "v"):
        // We asked for 3.0 without options: nothing in it concerns us.
        break
      case UInt8(ascii: "K"):
        var body = body
        guard let process = body.readInteger(as: Int32.self), let secret = body.readInteger(as: Int32.self),
          body.readableBytes == 0
        else { return violation(.upstream, "malformed BackendKeyData") }
        targetKey = CancelKey(process: process, secret: secret)
      case UInt8(ascii: "Z"):
        loginReady(login)
      default: return violation(.upstream, "a message that has no place in a login")
      }
    }
  }

  private mutating func takeAuthentication(_ body: ByteBuffer, _ login: UpstreamLogin) {
    var body = body
    var login = login
    guard let code = body.readInteger(as: UInt32.self) else { return violation(.upstream, "malformed authentication") }
    switch (code, login.stage) {
    case (0, .started), (0, .answered), (0, .scramVerified):
      login.stage = .accepted
      phase = .upstreamLogin(login)
    case (3, .started):
      guard let password = password() else { return }
      guard upstreamTLS || settings.upstreamTLS == .disable || isLoopback(settings.upstreamHost) else {
        return refuseLogin(
          code: "28000", "steno: the target asks for a cleartext password on a connection without TLS", note: true)
      }
      login.stage = .answered
      phase = .upstreamLogin(login)
      sendPassword { $0.writeCString(password) }
    case (5, .started):
      guard let password = password() else { return }
      guard let salt = body.readBytes(length: 4) else { return violation(.upstream, "malformed MD5 request") }
      login.stage = .answered
      phase = .upstreamLogin(login)
      let answer = MessageDigestMD5.answer(user: targetLogin.user, password: password, salt: salt)
      sendPassword { $0.writeCString(answer) }
    case (10, .started): beginScram(body, login)
    case (11, .scramFirst(var client)):
      do {
        let final = try client.final(Array(body.readableBytesView))
        login.stage = .scramFinal(client)
        phase = .upstreamLogin(login)
        sendPassword { $0.writeBytes(final) }
      } catch {
        violation(.upstream, "a SCRAM challenge that does not fit")
      }
    case (12, .scramFinal(let client)):
      do {
        try client.verify(Array(body.readableBytesView))
        login.stage = .scramVerified
        phase = .upstreamLogin(login)
      } catch {
        refuseLogin(code: "28000", "steno: the target does not know the connection's password", note: true)
      }
    case (2, _), (6, _), (7, _), (8, _), (9, _):
      refuseLogin(
        code: "28000", "steno: the target asks for a kind of login that this gateway does not have", note: true)
    default: violation(.upstream, "authentication out of order")
    }
  }

  private mutating func beginScram(_ body: ByteBuffer, _ login: UpstreamLogin) {
    var login = login
    let mechanisms = body.readableBytesView.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let password = password() else { return }
    let binding: ScramClient.Binding
    if let own = upstreamBinding, mechanisms.contains("SCRAM-SHA-256-PLUS") {
      binding = .endPoint(own)
    } else if mechanisms.contains("SCRAM-SHA-256") {
      binding = upstreamBinding == nil ? .none : .notOffered
    } else {
      return refuseLogin(
        code: "28000", "steno: the target asks for a kind of login that this gateway does not have", note: true)
    }
    let client = ScramClient(password: password, binding: binding, nonce: draw(18))
    login.stage = .scramFirst(client)
    login.method = client.mechanism
    phase = .upstreamLogin(login)
    let first = client.first()
    sendPassword { message in
      message.writeCString(client.mechanism)
      message.writeInteger(UInt32(truncatingIfNeeded: first.count))
      message.writeBytes(first)
    }
  }

  private mutating func password() -> String? {
    if let password = targetLogin.password { return password }
    refuseLogin(code: "28000", "steno: the target asks for a password and this connection has none", note: true)
    return nil
  }

  private mutating func sendPassword(_ write: (inout ByteBuffer) -> Void) {
    var message = ByteBuffer()
    ServerMessage.write(&message, type: UInt8(ascii: "p"), write)
    effects.append(.forward(message, to: .upstream))
  }

  private func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") || host.hasPrefix("/")
  }

  /// A server that refuses the gateway's credential names it in its message: the client reads our words then.
  private mutating func targetRefused(_ body: ByteBuffer) {
    guard let fields = body.withUnsafeReadableBytes({ ServerMessageFields(WireCursor($0)) }) else {
      return violation(.upstream, "malformed ErrorResponse")
    }
    let code = fields.code.utf8.count == 5 ? fields.code : "08006"
    if code.hasPrefix("28") {
      refuseLogin(code: code, "steno: the target refused the connection's own login", note: true)
    } else {
      let message = String(fields.message.prefix(1000))
      let shown = targetLogin.password.map { !$0.isEmpty && message.contains($0) } ?? false
      refuseLogin(code: code, shown ? "steno: the target refused the connection" : message, note: true)
    }
  }

  mutating func openSession(_ login: UpstreamLogin) {
    recordSessionStart()
    noteMasks()
    // The process is the target's, which notifications and pg_stat_activity name too; the secret is the gateway's own.
    let process = targetKey?.process ?? Int32(truncatingIfNeeded: random.next() & 0x7FFF_FFFF)
    let key = CancelKey(process: process, secret: Int32(truncatingIfNeeded: random.next()))
    effects.append(.registerCancelKey(key))
    var answer = loginAnswer
    loginAnswer = ByteBuffer()
    answer.writeImmutableBuffer(login.passed)
    ServerMessage.write(&answer, type: UInt8(ascii: "K")) { body in
      body.writeInteger(key.process)
      body.writeInteger(key.secret)
    }
    ServerMessage.write(&answer, type: UInt8(ascii: "Z")) { $0.writeInteger(TransactionState.idle.rawValue) }
    effects.append(.forward(answer, to: .client))
    phase = .session
    beginOutflow()
    if upstreamBytes.readableBytes > 0 {
      let rest = upstreamBytes
      upstreamBytes = ByteBuffer()
      takeResponses(rest)
    } else {
      upstreamBytes = ByteBuffer()
    }
    if case .session = phase { takeRequests() }
  }

  /// Looks at a ParameterStatus. False when it has ended the session.
  mutating func watchParameter(_ body: ByteBuffer) -> Bool {
    let read = body.withUnsafeReadableBytes { raw -> (String, String)? in
      var cursor = WireCursor(raw)
      guard let name = cursor.readCString(), let value = cursor.readCString() else { return nil }
      return (name, value)
    }
    guard let (name, value) = read else {
      violation(.upstream, "malformed ParameterStatus")
      return false
    }
    return watchParameter(name, value)
  }

  /// What decides how a statement reads must be what the classifier assumes, whoever changed it and how.
  mutating func watchParameter(_ name: String, _ value: String) -> Bool {
    let strange: Bool
    switch name {
    case "standard_conforming_strings": strange = value != "on"
    case "client_encoding": strange = value != "UTF8" && value != "UNICODE"
    default: strange = false
    }
    guard strange else { return true }
    if settings.allowsUnusualSettings {
      if !unusual {
        unusual = true
        contextRevision += 1
      }
      return true
    }
    note("parameter", "\(name) was changed to a value that this connection does not allow")
    fatal(code: "0A000", "steno: \(name) was changed to a value that this connection does not allow")
    close("\(name) was changed to a value that the connection does not allow", graceful: false, failed: true)
    return false
  }
}
