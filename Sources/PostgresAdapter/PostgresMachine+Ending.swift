import NIOCore
import PostgresWire
import ProxyCore
import SessionModel

// The ways in which a session ends.
extension PostgresMachine {
  mutating func close(_ reason: String, graceful: Bool, failed: Bool) {
    effects.append(.close(SessionEnd(reason: reason, graceful: graceful, steps: steps, failed: failed)))
    phase = .ended
    gate = .open
    clientBytes = ByteBuffer()
    upstreamBytes = ByteBuffer()
    statements = [:]
    portals = [:]
    expected.removeAll()
    inFlight.removeAll()
  }

  /// Tells the client why its session ends, in the words of its protocol. Within a message of the target nothing can be
  /// said: the client would read our words as a part of its row.
  mutating func fatal(code: String, _ message: String) {
    guard upstreamStreaming == 0 else { return }
    var answer = ByteBuffer()
    ServerMessage.writeReport(&answer, severity: .fatal, code: code, message: message)
    effects.append(.forward(answer, to: .client))
  }

  /// Says something of the gateway's own to the client, between two messages of the target.
  mutating func tell(_ message: ByteBuffer) {
    guard upstreamStreaming == 0 else {
      untold.writeImmutableBuffer(message)
      return
    }
    effects.append(.forward(message, to: .client))
  }

  /// What a peer does wrong goes on record, is answered and ends the session.
  mutating func violation(_ side: Side, _ detail: String) {
    guard !isEnded else { return }
    let who =
      switch side {
      case .client: "client"
      case .upstream: "target"
      }
    endHoldIfAny(.withdrawn, reason: "the session ended")
    openForNote()
    note("violation", "\(who): \(detail)")
    // A peer that does not speak the protocol is told nothing before it has said who it is: it may be any other.
    if startup != nil { fatal(code: "08P01", "steno: protocol violation of the \(who): \(detail)") }
    close("protocol violation of the \(who): \(detail)", graceful: false, failed: true)
  }

  var isEnded: Bool {
    if case .ended = phase { return true }
    return false
  }

  /// Ends a login that cannot succeed.
  /// - Parameter note: Whether it goes on record, as a session that only holds the attempt.
  mutating func refuseLogin(code: String, _ message: String, note noted: Bool) {
    if noted {
      openForNote()
      note("login-failed", "SQLSTATE \(code)")
    }
    fatal(code: code, message)
    close("login refused (SQLSTATE \(code))", graceful: false, failed: true)
  }

  mutating func clientClosed() {
    switch phase {
    case .session:
      endHoldIfAny(.withdrawn, reason: "the client went away")
      close("client closed", graceful: false, failed: false)
    case .startup, .securingClient, .agentLogin, .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin:
      close("client closed during its login", graceful: false, failed: false)
    case .ended: break
    }
  }

  mutating func upstreamClosed() {
    switch phase {
    case .session:
      endHoldIfAny(.withdrawn, reason: "the target closed the connection")
      if targetSaidGoodbye {
        close("target closed", graceful: true, failed: true)
        return
      }
      let lost = "steno: the target closed the connection"
      if let head = expected.first {
        if progress.step != head.step { beginProgress(head.step) }
        progress.error = ResponseError(code: "08006", message: lost)
        progress.origin = ResponseProgress.gateway
        if upstreamStreaming > 0 {
          recordResponse(nil, final: true)
        } else {
          var answer = ByteBuffer()
          ServerMessage.writeReport(&answer, severity: .fatal, code: "08006", message: lost)
          recordResponse(answer, final: true)
          effects.append(.forward(answer, to: .client))
        }
      } else {
        fatal(code: "57P01", lost)
      }
      close("target closed", graceful: false, failed: true)
    case .securingUpstream:
      refuseLogin(
        code: "08006", "steno: no TLS with the target: the handshake failed, or its certificate is not trusted",
        note: true)
    case .connecting, .askingUpstreamTLS, .upstreamLogin:
      refuseLogin(code: "08006", "steno: the target closed the connection during the login", note: true)
    case .startup, .securingClient, .agentLogin, .ended: break
    }
  }

  mutating func recorderLost(_ detail: String) {
    endHoldIfAny(.withdrawn, reason: "the recorder was lost")
    switch phase {
    case .startup, .securingClient:
      // A client that waits for the answer to its SSLRequest cannot read an error: it is told once it has introduced itself.
      lostBeforeStart = detail
      return
    case .session:
      fatal(code: "57P01", "steno: nothing can be recorded, so nothing passes: \(detail)")
    case .agentLogin, .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin:
      fatal(code: "57P03", "steno: nothing can be recorded, so nothing passes: \(detail)")
    case .ended: break
    }
    close("recorder lost: \(detail)", graceful: false, failed: true)
  }

  mutating func endRequested(_ by: String, _ reason: String) {
    endHoldIfAny(.withdrawn, reason: "the session was ended")
    fatal(code: "57P01", "steno: this session was ended by \(by): \(reason)")
    close("ended by \(by): \(reason)", graceful: false, failed: false)
  }

  mutating func loginTimedOut() {
    switch phase {
    case .startup, .securingClient, .agentLogin, .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin:
      if startup != nil {
        fatal(code: "08P01", "steno: the login was not finished in time")
      }
      close("login timed out", graceful: false, failed: true)
    case .session, .ended: break
    }
  }

  mutating func cancelRequested() {
    guard case .session = phase else { return }
    note("cancel", "the client asked to cancel what it runs")
    if !expected.isEmpty, let targetKey { effects.append(.cancelUpstream(targetKey)) }
    withdrawHeld()
  }
}
