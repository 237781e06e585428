import Policy
import PostgresWire

/// A name as a client wrote it in a message: what the server takes it for, and how a record shows it.
struct WireName: Sendable {
  let server: ServerName
  /// As many bytes as the server looks at, as text.
  let shown: String

  var isEmpty: Bool { shown.isEmpty }

  /// Takes a name and its zero byte; `nil` when there is none before the message's end.
  init?(_ cursor: inout WireCursor) {
    guard let range = cursor.takeCString() else { return nil }
    let counted = range.prefix(ServerName.length)
    let bytes = UnsafeRawBufferPointer(rebasing: cursor.bytes[counted])
    server = ServerName(bytes)
    shown = String(decoding: bytes, as: UTF8.self)
  }
}
