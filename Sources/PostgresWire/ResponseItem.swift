/// One message of the server, as far as people read it.
package enum ResponseItem: Equatable, Sendable {
  /// RowDescription: the rows that follow have these columns.
  case columns([ResponseColumn])
  /// DataRow.
  case row([ResponseCell])
  /// CommandComplete.
  case complete(tag: String)
  /// EmptyQueryResponse.
  case emptyQuery
  /// PortalSuspended: the row limit of an Execute was reached.
  case suspended
  case error(ServerMessageFields)
  case notice(ServerMessageFields)
  case notification(process: Int32, channel: String, payload: String)
  case parameter(name: String, value: String)
  /// ReadyForQuery: `idle`, `open` or `failed`.
  case ready(transaction: String)
  /// CopyInResponse or CopyOutResponse.
  case copyStart(fromClient: Bool, binary: Bool, columns: Int)
  /// One CopyData message: in text format usually a line with its newline.
  case copyData(ResponseCell)
  case copyDone
  /// ParameterDescription.
  case parameterTypes([UInt32])
  case functionResult(ResponseCell)
  case parseComplete, bindComplete, closeComplete, noData
  /// A message that is not read further, or is not well-formed.
  case other(type: UInt8, length: Int)
}

/// One column of a result.
package struct ResponseColumn: Equatable, Sendable {
  package var name: String
  package var table: UInt32
  package var type: UInt32
  /// 0 text, 1 binary.
  package var format: Int16

  package init(name: String, table: UInt32 = 0, type: UInt32, format: Int16) {
    self.name = name
    self.table = table
    self.type = type
    self.format = format
  }
}

/// One value, as text where it has a written form.
package enum ResponseCell: Equatable, Sendable {
  case null
  case text(String)
  /// Bytes without a written form, lower-case hexadecimal.
  case hex(String)

  /// What a person reads; `nil` for NULL.
  package var shown: String? {
    switch self {
    case .null: nil
    case .text(let text): text
    case .hex(let digits): "\\x" + digits
    }
  }
}
