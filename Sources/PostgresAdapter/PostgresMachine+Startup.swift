import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Signatures

// The client's first packets, up to its StartupMessage.
extension PostgresMachine {
  mutating func takeStartup() {
    while case .startup(let encryptionAsked) = phase {
      guard let length = clientBytes.getInteger(at: clientBytes.readerIndex, as: UInt32.self) else { return }
      guard length >= 8, length <= settings.limits.startup else {
        return violation(.client, "the first packet is not one of PostgreSQL")
      }
      guard clientBytes.readableBytes >= Int(length), let packet = clientBytes.readSlice(length: Int(length)) else {
        return
      }
      let read = packet.withUnsafeReadableBytes { StartupPacket(WireCursor($0, 4..<$0.count)) }
      guard let read else { return violation(.client, "malformed startup packet") }
      switch read {
      case .sslRequest:
        guard !clientTLS, !encryptionAsked else { return violation(.client, "a second SSLRequest") }
        // What is pipelined behind it was sent in the clear and must not be read as if it came through TLS.
        guard clientBytes.readableBytes == 0 else {
          return violation(.client, "bytes behind an SSLRequest, before the TLS handshake")
        }
        if settings.clientTLSAvailable {
          forward("S", to: .client)
          effects.append(.startTLS(.client))
          phase = .securingClient
        } else {
          forward("N", to: .client)
          phase = .startup(encryptionAsked: true)
        }
      case .gssRequest:
        guard !clientTLS else { return violation(.client, "a GSSENCRequest within TLS") }
        guard clientBytes.readableBytes == 0 else {
          return violation(.client, "bytes behind a GSSENCRequest, before its answer")
        }
        forward("N", to: .client)
      case .cancel(let process, let secret):
        effects.append(.cancel(CancelKey(process: process, secret: secret)))
        close("cancel request", graceful: true, failed: false)
      case .unsupported(let major):
        refuseLogin(code: "0A000", "unsupported protocol version \(major).x: this gateway speaks 3.0", note: false)
      case .startup(let minor, let parameters): began(minor, parameters)
      }
    }
  }

  private mutating func forward(_ byte: Unicode.Scalar, to side: Side) {
    var buffer = ByteBuffer()
    buffer.writeInteger(UInt8(ascii: byte))
    effects.append(.forward(buffer, to: side))
  }

  private mutating func began(_ minor: UInt16, _ parameters: [StartupPacket.Parameter]) {
    if let lostBeforeStart {
      fatal(code: "57P03", "steno: nothing can be recorded, so nothing passes: \(lostBeforeStart)")
      return close("recorder lost: \(lostBeforeStart)", graceful: false, failed: true)
    }
    if settings.clientTLSRequired, !clientTLS {
      return refuseLogin(code: "28000", "this connection takes clients over TLS only", note: false)
    }
    let read: StartupParameters
    do {
      read = try StartupParameters(parameters, allowsUnusual: settings.allowsUnusualSettings)
    } catch {
      return refuseLogin(code: error.code, error.message, note: true)
    }
    startup = read
    unusual = read.unusual
    guard !read.user.isEmpty else {
      return refuseLogin(code: "28000", "no PostgreSQL user name specified in startup packet", note: false)
    }
    if let database = read.database, !database.isEmpty, database != settings.database, database != settings.name,
      database != read.user
    {
      return refuseLogin(code: "3D000", "steno: this connection is to one database, and it is not that one", note: true)
    }
    if minor > 0 || !read.unknownOptions.isEmpty {
      var answer = ByteBuffer()
      ServerMessage.write(&answer, type: UInt8(ascii: "v")) { body in
        body.writeInteger(UInt32(0))
        body.writeInteger(UInt32(truncatingIfNeeded: read.unknownOptions.count))
        for option in read.unknownOptions { body.writeCString(option) }
      }
      effects.append(.forward(answer, to: .client))
    }
    beginAgentLogin(user: read.user)
  }

  mutating func secured(_ side: Side, _ binding: [UInt8]?) {
    switch (phase, side) {
    case (.securingClient, .client):
      clientTLS = true
      phase = .startup(encryptionAsked: true)
      takeStartup()
    case (.securingUpstream, .upstream):
      upstreamTLS = true
      upstreamBinding = binding
      beginUpstreamLogin()
    case (.startup, _), (.securingClient, _), (.agentLogin, _), (.connecting, _), (.askingUpstreamTLS, _),
      (.securingUpstream, _), (.upstreamLogin, _), (.session, _), (.ended, _):
      break
    }
  }
}
