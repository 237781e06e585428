/// Writes protocol messages, independently of the code under test.
struct WireWriter {
  var bytes: [UInt8] = []

  static func cstring(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
  static func int16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
  static func int32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue ?? 0] + int32(body.count + 4) + body
  }

  // The client's.
  static func startup(_ parameters: [(String, String)], version: Int = 196_608) -> [UInt8] {
    let body = int32(version) + parameters.flatMap { cstring($0.0) + cstring($0.1) } + [0]
    return int32(body.count + 4) + body
  }

  static func query(_ text: String) -> [UInt8] { message("Q", cstring(text)) }
  static func parse(_ name: String, _ text: String, types: [Int] = []) -> [UInt8] {
    message("P", cstring(name) + cstring(text) + int16(types.count) + types.flatMap { int32($0) })
  }
  static func bind(_ portal: String, _ statement: String, _ values: [[UInt8]?] = [], format: Int = 0) -> [UInt8] {
    var body = cstring(portal) + cstring(statement) + int16(1) + int16(format) + int16(values.count)
    for value in values { body += value.map { int32($0.count) + $0 } ?? int32(-1) }
    return message("B", body + int16(0))
  }
  static func describe(_ kind: Character, _ name: String) -> [UInt8] {
    message("D", [kind.asciiValue!] + cstring(name))
  }
  static func close(_ kind: Character, _ name: String) -> [UInt8] { message("C", [kind.asciiValue!] + cstring(name)) }
  static func execute(_ portal: String = "") -> [UInt8] { message("E", cstring(portal) + int32(0)) }
  static let sync = message("S")
  static let flush = message("H")

  // The server's.
  static func row(_ values: [String?]) -> [UInt8] {
    message("D", int16(values.count) + values.flatMap { $0.map { int32($0.utf8.count) + Array($0.utf8) } ?? int32(-1) })
  }
  static func columns(_ names: [String], type: Int = 25) -> [UInt8] {
    var body = int16(names.count)
    for name in names {
      body += cstring(name) + int32(0) + int16(0)
      body += int32(type) + int16(-1) + int32(-1) + int16(0)
    }
    return message("T", body)
  }
  static func complete(_ tag: String) -> [UInt8] { message("C", cstring(tag)) }
  static func ready(_ status: Character = "I") -> [UInt8] { message("Z", [status.asciiValue!]) }
  static func error(_ code: String, _ text: String, severity: String = "ERROR") -> [UInt8] {
    var body: [UInt8] = []
    for (type, value): (UInt8, String) in [(83, severity), (86, severity), (67, code), (77, text)] {
      body.append(type)
      body += cstring(value)
    }
    return message("E", body + [0])
  }
  static func parameter(_ name: String, _ value: String) -> [UInt8] { message("S", cstring(name) + cstring(value)) }
}
