import Policy
import PostgresWire

/// Masks what errors and notices quote.
///
/// Detectors look through every text. Where columns are masked, what the server quotes of their values goes too: the
/// values in `Key (email)=(…)` and `Failing row contains (…)`, what messages quote that is not of the client's own text
/// (`'…'::regclass` quotes a value too), and texts that functions of the database have written (`RAISE`).
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
          rows.originals.add(value, column: column, rule: rule)
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
    let isData = report.code.hasPrefix("22")
    let isConstraint = report.code.hasPrefix("23")
    // A place in the client's own text: what is quoted stands there.
    let isOfText = report.value("P") != nil && !isData
    switch field.type {
    case _ where isRaised(report): return "(text of the database's own, withheld by a mask)"
    case UInt8(ascii: "D") where isData || isConstraint: return "(values withheld by a mask)"
    case UInt8(ascii: "W") where isData: return "(values withheld by a mask)"
    case UInt8(ascii: "M"), UInt8(ascii: "D"): return isConstraint || isOfText ? nil : withoutQuotes(field.value)
    case _: return nil
    }
  }

  /// Whether a function of the database, or a DO block, wrote the text: it may say anything, under any SQLSTATE.
  private static func isRaised(_ report: ServerMessageFields) -> Bool {
    switch report.code {
    case "00000", "01000", "P0001", "P0004": return true
    case _: break
    }
    guard let context = report.value("W") else { return false }
    // The keyword and the languages' names are not translated.
    return ["RAISE", "ASSERT", "PL/Python", "PL/Perl", "PL/Tcl", "PL/v8", "plv8"].contains { context.contains($0) }
  }

  /// The text with what is between its first and its last quotation mark taken out; `nil` where it has none.
  private static func withoutQuotes(_ text: String) -> String? {
    guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first < last else { return nil }
    return text[...first] + "••••" + text[last...]
  }
}
