import NIOCore

/// The messages that the gateway itself writes, to either side.
///
/// Source: PostgreSQL 15, "Message Formats".
enum ServerMessage {
  enum Severity {
    case error
    case fatal
    case notice

    var text: String {
      switch self {
      case .error: "ERROR"
      case .fatal: "FATAL"
      case .notice: "NOTICE"
      }
    }
  }

  static func write(_ buffer: inout ByteBuffer, type: UInt8, _ body: (inout ByteBuffer) -> Void) {
    buffer.writeInteger(type)
    let start = buffer.writerIndex
    buffer.writeInteger(UInt32(0))
    body(&buffer)
    buffer.setInteger(UInt32(truncatingIfNeeded: buffer.writerIndex - start), at: start)
  }

  static func writeReport(
    _ buffer: inout ByteBuffer, severity: Severity, code: String, message: String, detail: String? = nil,
    hint: String? = nil
  ) {
    write(&buffer, type: severity.text == "NOTICE" ? UInt8(ascii: "N") : UInt8(ascii: "E")) { body in
      func field(_ type: Unicode.Scalar, _ text: String) {
        body.writeInteger(UInt8(ascii: type))
        body.writeCString(text)
      }
      field("S", severity.text)
      field("V", severity.text)
      field("C", code)
      field("M", message)
      if let detail { field("D", detail) }
      if let hint { field("H", hint) }
      body.writeInteger(UInt8(0))
    }
  }

  /// Authentication…: the code and what follows it.
  static func writeAuthentication(_ buffer: inout ByteBuffer, code: UInt32, _ data: [UInt8] = []) {
    write(&buffer, type: UInt8(ascii: "R")) { body in
      body.writeInteger(code)
      body.writeBytes(data)
    }
  }
}

extension ByteBuffer {
  /// Writes a text and a zero byte; a zero byte within it would end it early, so it ends there.
  mutating func writeCString(_ text: String) {
    writeBytes(text.utf8.prefix { $0 != 0 })
    writeInteger(UInt8(0))
  }
}
