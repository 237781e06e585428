import NIOCore
import PostgresWire

/// The first packet of a connection.
///
/// Source: PostgreSQL 15, "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
enum StartupPacket: Equatable {
  case sslRequest
  case gssRequest
  case cancel(process: Int32, secret: Int32)
  case startup(minor: UInt16, parameters: [Parameter])
  /// A protocol of another major version.
  case unsupported(major: UInt16)

  struct Parameter: Equatable {
    var name: String
    var value: String
  }

  /// - Returns: `nil` when the packet is not well-formed.
  init?(_ body: WireCursor) {
    var body = body
    guard let code = body.readUInt32() else { return nil }
    switch code {
    case 80_877_103:
      guard body.remaining == 0 else { return nil }
      self = .sslRequest
    case 80_877_104:
      guard body.remaining == 0 else { return nil }
      self = .gssRequest
    case 80_877_102:
      guard body.remaining == 8, let process = body.readInt32(), let secret = body.readInt32() else { return nil }
      self = .cancel(process: process, secret: secret)
    default:
      guard code >> 16 == 3 else {
        self = .unsupported(major: UInt16(truncatingIfNeeded: code >> 16))
        return
      }
      var parameters: [Parameter] = []
      while true {
        guard let name = body.readCString() else { return nil }
        if name.isEmpty { break }
        guard let value = body.readCString() else { return nil }
        parameters.append(Parameter(name: name, value: value))
      }
      guard body.remaining == 0 else { return nil }
      self = .startup(minor: UInt16(truncatingIfNeeded: code), parameters: parameters)
    }
  }
}
