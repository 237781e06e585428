import SessionModel

/// A statement bound to values, as the server will know it.
final class Portal: Sendable {
  /// `nil` when the client never prepared it by a Parse: it may have been by an SQL `PREPARE`.
  let statement: PreparedStatement?
  let statementName: WireName
  let values: [BoundValue]
  /// Number of the batch that holds its Bind; offsets in `values` are offsets in that batch.
  let batch: Int
  /// Number of the pipeline segment that bound it.
  let segment: Int
  /// Formats of its rows: none, one for all, or one a column.
  let resultFormats: [Int16]

  init(
    statement: PreparedStatement?, statementName: WireName, values: [BoundValue], batch: Int, segment: Int,
    resultFormats: [Int16]
  ) {
    self.statement = statement
    self.statementName = statementName
    self.values = values
    self.batch = batch
    self.segment = segment
    self.resultFormats = resultFormats
  }

  /// Bytes that it keeps.
  var kept: Int {
    var bytes = 256 + values.count * 24
    for value in values {
      switch value {
      case .text(let text), .hex(let text): bytes += text.utf8.count
      case .null, .wire: break
      }
    }
    return bytes
  }
}
