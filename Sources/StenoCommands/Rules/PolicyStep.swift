import Policy
import TOMLKit

/// What has flowed out before a case: a request, and what its answer held.
struct PolicyStep {
  var text: String
  var outflow: Outflow

  static func list(_ value: (any TOMLValueConvertible)?, place: String) throws -> [PolicyStep] {
    guard let value else { return [] }
    guard let array = value.array else {
      throw CommandFailure("\(place): must be a list such as [{ text = \"SELECT 1\", rows = 1 }]")
    }
    return try array.enumerated().map { index, value in
      guard let table = value.table else { throw CommandFailure("\(place)[\(index)]: must be a table") }
      return try PolicyStep(table, place: "\(place)[\(index)]")
    }
  }

  private init(_ table: TOMLTable, place: String) throws {
    for key in table.keys where !["text", "rows", "bytes", "masked"].contains(key) {
      throw CommandFailure("\(place).\(key): is not a setting; known here: text, rows, bytes, masked")
    }
    guard let text = table["text"]?.string else { throw CommandFailure("\(place).text: is missing") }
    func amount(_ key: String) throws -> Int64 {
      guard let value = table[key] else { return 0 }
      guard let number = value.int, number >= 0 else {
        throw CommandFailure("\(place).\(key): must be a whole number from 0")
      }
      return Int64(number)
    }
    self.text = text
    outflow = Outflow(rows: try amount("rows"), bytes: try amount("bytes"), masked: try amount("masked"))
  }
}
