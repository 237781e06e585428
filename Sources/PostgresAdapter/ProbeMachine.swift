import NIOCore
import PostgresWire
import ProxyCore

/// One short conversation of the gateway's own with a target: log in, ask, read the rows of the last question, leave.
///
/// Pure: bytes in, actions out. An agent's session has no part in it. Rows are bounded in number and bytes.
package struct ProbeMachine: Sendable {
  package enum Question: Sendable {
    case simple(String)
    /// Through the extended protocol, which takes one statement and no more; values in their text form.
    case extended(text: String, types: [UInt32], values: [String?])
  }

  package enum Action: Sendable {
    case send(ByteBuffer)
    case startTLS
    /// Over: rows of the last question.
    case done([[String?]])
    /// Over: in words without anything of the target's.
    case failed(String)
  }

  private enum Stage: Sendable {
    case connecting
    case askedTLS
    case securing
    case authenticating(TargetAuthentication)
    case accepted
    case asking(Int)
    case over
  }

  private let settings: ConnectionSettings
  private let login: TargetLogin
  private let parameters: [(String, String)]
  private let questions: [Question]
  private let limit: (rows: Int, bytes: Int)
  private let nonce: [UInt8]
  private var stage = Stage.connecting
  private var binding: [UInt8]?
  private var isSecured = false
  private var bytes = ByteBuffer()
  private var rows: [[String?]] = []
  private var kept = 0
  private var actions: [Action] = []

  /// Longest message that is read. Bytes.
  private static let longest = 16 << 20

  /// - Parameters:
  ///   - parameters: Further settings of the startup message.
  ///   - nonce: 18 random bytes.
  package init(
    settings: ConnectionSettings, login: TargetLogin, parameters: [(String, String)], questions: [Question],
    limit: (rows: Int, bytes: Int), nonce: [UInt8]
  ) {
    self.settings = settings
    self.login = login
    self.parameters = parameters
    self.questions = questions
    self.limit = limit
    self.nonce = nonce
  }

  package mutating func connected() -> [Action] {
    switch settings.upstreamTLS {
    case .disable: start()
    case .prefer, .require, .verifyCA, .verifyFull:
      var request = ByteBuffer()
      request.writeInteger(UInt32(8))
      request.writeInteger(UInt32(80_877_103))
      stage = .askedTLS
      actions.append(.send(request))
    }
    return take()
  }

  package mutating func secured(binding: [UInt8]?) -> [Action] {
    guard case .securing = stage else { return fail("TLS out of order") }
    self.binding = binding
    isSecured = true
    start()
    return take()
  }

  package mutating func closed() -> [Action] {
    if case .over = stage { return [] }
    return fail("the target closed the connection")
  }

  package mutating func receive(_ more: ByteBuffer) -> [Action] {
    if case .askedTLS = stage {
      // Bytes behind the answer were sent in the clear, and must not be read as if they came through TLS.
      guard more.readableBytes == 1, let answer = more.getInteger(at: more.readerIndex, as: UInt8.self) else {
        return fail("an answer to SSLRequest that is not one byte")
      }
      if answer == UInt8(ascii: "S") {
        stage = .securing
        actions.append(.startTLS)
      } else if answer == UInt8(ascii: "N"), settings.upstreamTLS == .prefer {
        start()
      } else {
        return fail("the target does not take TLS")
      }
      return take()
    }
    bytes.join(more)
    while let type = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self),
      let length = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt32.self)
    {
      guard length >= 4, length <= ProbeMachine.longest else { return fail("a message of a length that cannot be") }
      guard bytes.readableBytes > Int(length), let message = bytes.readSlice(length: Int(length) + 1) else { break }
      let body = message.getSlice(at: message.readerIndex + 5, length: Int(length) - 4) ?? ByteBuffer()
      takeMessage(type, body)
      if case .over = stage { break }
    }
    return take()
  }

  private mutating func take() -> [Action] {
    defer { actions = [] }
    return actions
  }

  private mutating func fail(_ reason: String) -> [Action] {
    end(.failed(reason))
    return take()
  }

  private mutating func end(_ action: Action) {
    if case .over = stage { return }
    stage = .over
    bytes = ByteBuffer()
    actions.append(action)
  }

  private mutating func send(_ type: Unicode.Scalar, _ body: (inout ByteBuffer) -> Void) {
    var message = ByteBuffer()
    ServerMessage.write(&message, type: UInt8(ascii: type), body)
    actions.append(.send(message))
  }

  private mutating func start() {
    var message = ByteBuffer()
    message.writeInteger(UInt32(0))
    message.writeInteger(UInt32(196_608))
    for (name, value) in [("user", login.user), ("database", settings.database), ("client_encoding", "UTF8")]
      + parameters
    {
      message.writeCString(name)
      message.writeCString(value)
    }
    message.writeInteger(UInt8(0))
    message.setInteger(UInt32(truncatingIfNeeded: message.readableBytes), at: message.readerIndex)
    stage = .authenticating(
      TargetAuthentication(login, settings: settings, isSecured: isSecured, binding: binding))
    actions.append(.send(message))
  }

  private mutating func takeMessage(_ type: UInt8, _ body: ByteBuffer) {
    switch type {
    case UInt8(ascii: "R"): authentication(body)
    case UInt8(ascii: "E"):
      let code = body.withUnsafeReadableBytes { ServerMessageFields(WireCursor($0)) }?.code ?? ""
      end(.failed(code.utf8.count == 5 ? "SQLSTATE \(code)" : "an error"))
    case UInt8(ascii: "Z"): ready()
    case UInt8(ascii: "D"): row(body)
    case _: break
    }
  }

  private mutating func ready() {
    let next: Int
    switch stage {
    case .accepted: next = 0
    case .asking(let number): next = number + 1
    case .connecting, .askedTLS, .securing, .authenticating, .over:
      return end(.failed("an answer out of order"))
    }
    guard next < questions.count else {
      send("X") { _ in }
      return end(.done(rows))
    }
    stage = .asking(next)
    rows = []
    kept = 0
    switch questions[next] {
    case .simple(let text): send("Q") { $0.writeCString(text) }
    case .extended(let text, let types, let values):
      send("P") { body in
        body.writeCString("")
        body.writeCString(text)
        body.writeInteger(UInt16(clamping: types.count))
        for type in types { body.writeInteger(type) }
      }
      send("B") { body in
        body.writeCString("")
        body.writeCString("")
        body.writeInteger(UInt16(0))
        body.writeInteger(UInt16(clamping: values.count))
        for value in values {
          guard let value else {
            body.writeInteger(Int32(-1))
            continue
          }
          body.writeInteger(Int32(clamping: value.utf8.count))
          body.writeBytes(value.utf8)
        }
        body.writeInteger(UInt16(0))
      }
      send("E") { body in
        body.writeCString("")
        body.writeInteger(UInt32(0))
      }
      send("S") { _ in }
    }
  }

  private mutating func row(_ body: ByteBuffer) {
    guard case .asking = stage else { return end(.failed("rows that nobody asked for")) }
    kept += body.readableBytes
    guard rows.count < limit.rows, kept <= limit.bytes else { return end(.failed("more rows than are read")) }
    let row = body.withUnsafeReadableBytes { raw -> [String?]? in
      var cursor = WireCursor(raw)
      guard let count = cursor.readUInt16() else { return nil }
      var row: [String?] = []
      for _ in 0..<count {
        guard let length = cursor.readInt32() else { return nil }
        if length < 0 {
          row.append(nil)
        } else {
          guard let range = cursor.take(Int(length)) else { return nil }
          row.append(cursor.text(range))
        }
      }
      return row
    }
    if let row { rows.append(row) } else { end(.failed("a row that cannot be read")) }
  }

  private mutating func authentication(_ body: ByteBuffer) {
    guard case .authenticating(var authentication) = stage else { return end(.failed("authentication out of order")) }
    let nonce = nonce
    do {
      let answer = try authentication.take(body) { nonce }
      stage = authentication.isAccepted ? .accepted : .authenticating(authentication)
      if let answer { actions.append(.send(answer)) }
    } catch {
      switch error {
      case .refused(let words), .violation(let words): end(.failed(words))
      }
    }
  }
}
