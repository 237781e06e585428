/// One message of the client, as far as people read it.
package enum RequestItem: Equatable, Sendable {
  case query(text: String)
  /// Parse. Types are those the client names, 0 where it leaves one open.
  case parse(statement: String, text: String, types: [UInt32])
  case bind(Bound)
  /// Describe of a statement (`S`) or a portal (`P`).
  case describe(kind: UInt8, name: String)
  /// Execute. 0 rows means all.
  case execute(portal: String, rows: Int32)
  case close(kind: UInt8, name: String)
  case flush, sync
  case functionCall(function: UInt32, values: [RawValue])
  case copyData(ResponseCell)
  case copyDone
  case copyFail(reason: String)
  case terminate
  /// A message that is not read further, or is not well-formed; a password among them.
  case other(type: UInt8, length: Int)

  package struct Bound: Equatable, Sendable {
    package var portal: String
    package var statement: String
    package var values: [RawValue]
    /// None, one for all, or one a column.
    package var resultFormats: [Int16]

    package init(portal: String, statement: String, values: [RawValue], resultFormats: [Int16]) {
      self.portal = portal
      self.statement = statement
      self.values = values
      self.resultFormats = resultFormats
    }
  }

  /// A bound value's place within the bytes that are read; `nil` for NULL.
  package struct RawValue: Equatable, Sendable {
    /// 0 text, 1 binary.
    package var format: Int16
    package var range: Range<Int>?

    package init(format: Int16, range: Range<Int>?) {
      self.format = format
      self.range = range
    }
  }
}
