import Foundation
import Glibc
import SessionModel

/// Where commands print to. A reader that goes away ends the program quietly, as it does for other tools of a pipe.
enum StandardOutput {
  static var isTerminal: Bool { isatty(1) == 1 }

  static func line(_ text: String) {
    write(Array((text + "\n").utf8), to: 1)
  }

  static func bytes(_ bytes: [UInt8]) {
    write(bytes, to: 1)
  }

  static func error(_ text: String) {
    write(Array((text + "\n").utf8), to: 2)
  }

  /// Words on the standard error that the next ones overwrite.
  static func progress(_ text: String) {
    write(Array(text.utf8), to: 2)
  }

  /// One object as one line. Keys are sorted, so that equal things print equally.
  static func json(_ value: some Encodable) throws {
    bytes(try encode(value) + [UInt8(ascii: "\n")])
  }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return escapeControls(Array(try encoder.encode(value)))
  }

  /// Escapes what JSON allows to stand as it is, and a terminal or a JavaScript reader does not: DEL, C1, U+2028, U+2029.
  /// Such bytes occur inside strings only.
  static func escapeControls(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x7f {
        result += Array("\\u007f".utf8)
        index += 1
      } else if byte == 0xc2, index + 1 < bytes.count, bytes[index + 1] < 0xa0 {
        result += Array("\\u00".utf8) + hex(bytes[index + 1])
        index += 2
      } else if byte == 0xe2, index + 2 < bytes.count, bytes[index + 1] == 0x80,
        bytes[index + 2] == 0xa8 || bytes[index + 2] == 0xa9
      {
        result += Array("\\u202".utf8) + [bytes[index + 2] == 0xa8 ? UInt8(ascii: "8") : UInt8(ascii: "9")]
        index += 3
      } else {
        result.append(byte)
        index += 1
      }
    }
    return result
  }

  private static func hex(_ byte: UInt8) -> [UInt8] {
    [Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte & 15)]
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wait, 1, 1000)
          continue
        }
        if errno == EPIPE { exit(0) }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}
