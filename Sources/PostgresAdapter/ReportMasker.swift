import Policy
import PostgresWire

/// Masks what errors and notices quote.
///
/// Detectors look through every text. Where columns are masked, what the server quotes of their values goes too: the
/// values in `Key (email)=(…)` and `Failing row contains (…)`, the quoted input of data exceptions (class 22), and texts
/// that functions of the database have written (`RAISE`).
///
/// Source: PostgreSQL 15, "Error and Notice Message Fields", appendix A.
enum ReportMasker {
  /// - Returns: The message that takes its place; `nil` where it passes, or cannot be read and is refused elsewhere.
  static func report(_ message: UnsafeRawBufferPointer, _ rows: inout RowMasker) -> [UInt8]? {
    guard let report = ServerMessageFields(WireCursor(message, 5..<message.count)) else { return nil }
    let hidesValues = !rows.masks.columns.isEmpty
    let rule = rows.masks.anyRule
    let column = message[0] == UInt8(ascii: "E") ? "(error)" : "(notice)"
    var changed = false
    var output: [UInt8] = []
    for field in report.fields {
      var value = Array(field.value.utf8)
      if isWritten(field.type) {
        if hidesValues, let hidden = hidden(field, report) {
          value = Array(hidden.utf8)
          rows.tally.withheld(column, rule: rule)
          changed = true
        }
        if let masked = value.withUnsafeBufferPointer({ rows.beside($0, as: column) }) {
          value = masked
          changed = true
        }
      }
      output.append(field.type)
      output += value
      output.append(0)
    }
    guard changed else { return nil }
    output.append(0)
    let length = UInt32(clamping: output.count + 4)
    return [message[0]] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + output
  }

  /// Message, detail, hint, context and the internal query; the other fields are names and places.
  private static func isWritten(_ type: UInt8) -> Bool {
    switch type {
    case UInt8(ascii: "M"), UInt8(ascii: "D"), UInt8(ascii: "H"), UInt8(ascii: "W"), UInt8(ascii: "q"): true
    case _: false
    }
  }

  private static func hidden(_ field: ServerMessageFields.Field, _ report: ServerMessageFields) -> String? {
    let isRaised = report.code == "00000" || report.code == "P0001" || report.code == "01000"
    switch field.type {
    case UInt8(ascii: "D"):
      if isRaised { return "(withheld by a mask)" }
      let quotes = report.code.hasPrefix("23") || report.code.hasPrefix("22")
      return quotes ? "(values withheld by a mask)" : nil
    case UInt8(ascii: "M"):
      if isRaised { return "(a message of the database, withheld by a mask)" }
      return report.code.hasPrefix("22") ? withoutQuotes(field.value) : nil
    case UInt8(ascii: "W"): return report.code.hasPrefix("22") ? withoutQuotes(field.value) : nil
    case UInt8(ascii: "H"): return isRaised ? "(withheld by a mask)" : nil
    case _: return nil
    }
  }

  /// The text with what is between its first and its last quotation mark taken out; `nil` where it has none.
  private static func withoutQuotes(_ text: String) -> String? {
    guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first < last else { return nil }
    return text[...first] + "••••" + text[last...]
  }
}
