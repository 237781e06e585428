import PostgresWire

/// The fields of a RowDescription.
struct RowDescription: Sendable {
  struct Field: Sendable {
    var name: String
    /// 0 where it is no table's column.
    var table: UInt32
    var column: Int16
    var type: UInt32
    var format: Int16
  }

  var fields: [Field]

  /// - Returns: `nil` for a body that is not well-formed.
  init?(_ body: WireCursor) {
    var body = body
    guard let count = body.readUInt16() else { return nil }
    var fields: [Field] = []
    fields.reserveCapacity(min(Int(count), body.remaining / 19))
    for _ in 0..<count {
      guard let name = body.readCString(), let table = body.readUInt32(), let column = body.readInt16(),
        let type = body.readUInt32(), body.take(6) != nil, let format = body.readInt16()
      else { return nil }
      fields.append(Field(name: name, table: table, column: column, type: type, format: format))
    }
    guard body.remaining == 0 else { return nil }
    self.fields = fields
  }
}
