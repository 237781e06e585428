import Foundation
import Signatures

/// A client that speaks the protocol byte by byte over a socket of its own, so that it can also speak it wrong.
final class WireClient {
  struct Message {
    var type: UInt8
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private let descriptor: Int32
  private var received: [UInt8] = []
  /// The gateway's cancel key for this session.
  private(set) var key: [UInt8] = []

  /// - Parameters:
  ///   - receiveBuffer: Bytes that the kernel keeps for us; `nil` for its own choice.
  ///   - seconds: How long a read may wait.
  init(port: Int, receiveBuffer: Int32? = nil, seconds: Int = 20) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var wait = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    let done = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard done == 0 else { throw Program.Missing(description: "nobody listens on port \(port)") }
  }

  deinit { close(descriptor) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  /// Says that nothing more comes from us.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next bytes; empty at the end of the connection.
  func read() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? Array(bytes[..<count]) : []
  }

  /// All that still comes, up to the end.
  func readToEnd() -> [UInt8] {
    var all = received
    while case let more = read(), !more.isEmpty { all += more }
    received = []
    return all
  }

  /// The next whole message; `nil` at the end of the connection.
  func message() -> Message? {
    while true {
      if received.count >= 5 {
        let length = received[1..<5].reduce(0) { $0 << 8 | Int($1) }
        if received.count >= length + 1 {
          defer { received.removeFirst(length + 1) }
          return Message(type: received[0], body: Array(received[5..<(length + 1)]))
        }
      }
      let more = read()
      guard !more.isEmpty else { return nil }
      received += more
    }
  }

  /// Messages up to one of this type, which is the last; fewer where the connection ends.
  func messages(to type: Character) -> [Message] {
    var found: [Message] = []
    while let next = message() {
      found.append(next)
      if next.type == type.asciiValue { break }
    }
    return found
  }

  /// Logs in as the test's agent. Throws what the gateway said where it did not work.
  func logIn(_ parameters: [(String, String)] = []) throws {
    send(Wire.startup([("user", "bot"), ("database", "postgres")] + parameters))
    var scram = ScramClient(password: World.token, binding: .none, nonce: Array(1...18))
    while let next = message() {
      switch (next.type, next.body.prefix(4)) {
      case (UInt8(ascii: "R"), [0, 0, 0, 10]):
        let first = scram.first()
        send(Wire.message("p", Wire.text("SCRAM-SHA-256") + Wire.int32(first.count) + first))
      case (UInt8(ascii: "R"), [0, 0, 0, 11]):
        send(Wire.message("p", try scram.final(Array(next.body.dropFirst(4)))))
      case (UInt8(ascii: "K"), _): key = next.body
      case (UInt8(ascii: "Z"), _): return
      case (UInt8(ascii: "E"), _): throw Program.Missing(description: next.text)
      case (_, _): break
      }
    }
    throw Program.Missing(description: "the gateway closed during the login")
  }

  /// Asks on a connection of its own to cancel what the session with this key runs.
  static func cancel(port: Int, key: [UInt8]) throws {
    let client = try WireClient(port: port)
    client.send(Wire.int32(16) + Wire.int32(80_877_102) + key)
    _ = client.readToEnd()
  }
}

/// The client's messages, written independently of the code under test.
enum Wire {
  static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
  static func int16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
  static func int32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue ?? 0] + int32(body.count + 4) + body
  }
  static func startup(_ parameters: [(String, String)]) -> [UInt8] {
    let body = int32(196_608) + parameters.flatMap { text($0.0) + text($0.1) } + [0]
    return int32(body.count + 4) + body
  }
  static func query(_ sql: String) -> [UInt8] { message("Q", text(sql)) }
  static func parse(_ name: String, _ sql: String) -> [UInt8] { message("P", text(name) + text(sql) + int16(0)) }
  static func bind(_ portal: String, _ statement: String, _ values: [[UInt8]] = []) -> [UInt8] {
    message(
      "B",
      text(portal) + text(statement) + int16(0) + int16(values.count) + values.flatMap { int32($0.count) + $0 }
        + int16(0))
  }
  static let execute = message("E", text("") + int32(0))
  static let sync = message("S")
}
