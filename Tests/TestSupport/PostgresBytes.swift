/// Messages of PostgreSQL as its documentation lays them out, written apart from any reader of ours.
package enum PostgresBytes {
  package static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    [type.asciiValue ?? 0] + big(body.count + 4, 4) + body
  }

  package static func big(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  package static func query(_ text: String) -> [UInt8] { message("Q", Array(text.utf8) + [0]) }

  package static func columns(_ names: [String]) -> [UInt8] {
    var body = big(names.count, 2)
    for name in names {
      body += Array(name.utf8) + [0]
      body += big(0, 4) + big(0, 2) + big(25, 4)
      body += big(-1, 2) + big(-1, 4) + big(0, 2)
    }
    return message("T", body)
  }

  package static func row(_ cells: [String?]) -> [UInt8] {
    var body = big(cells.count, 2)
    for cell in cells {
      body += big(cell?.utf8.count ?? -1, 4)
      body += Array((cell ?? "").utf8)
    }
    return message("D", body)
  }

  package static func complete(_ tag: String) -> [UInt8] { message("C", Array(tag.utf8) + [0]) }

  package static func error(_ code: String, _ text: String) -> [UInt8] {
    message("E", Array("SERROR\0VERROR\0C\(code)\0M\(text)\0\0".utf8))
  }

  package static let ready = message("Z", [UInt8(ascii: "I")])
}
