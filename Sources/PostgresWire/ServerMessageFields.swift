/// The fields of an ErrorResponse or a NoticeResponse.
///
/// Source: PostgreSQL 15, "Error and Notice Message Fields".
package struct ServerMessageFields: Equatable, Sendable {
  /// By field type, in the order of the wire; a type that comes twice stands twice.
  package var fields: [Field]

  package struct Field: Equatable, Sendable {
    package var type: UInt8
    package var value: String

    package init(type: UInt8, value: String) {
      self.type = type
      self.value = value
    }
  }

  package init(fields: [Field]) {
    self.fields = fields
  }

  /// Reads a message's body; `nil` when a field has no end. At most 64 fields are kept.
  package init?(_ cursor: WireCursor) {
    var cursor = cursor
    var fields: [Field] = []
    while let type = cursor.readUInt8(), type != 0 {
      guard let value = cursor.readCString() else { return nil }
      if fields.count < 64 { fields.append(Field(type: type, value: value)) }
    }
    self.fields = fields
  }

  package func value(_ type: Unicode.Scalar) -> String? {
    fields.first { $0.type == UInt8(ascii: type) }?.value
  }

  /// `ERROR`, `FATAL`, `NOTICE` … never localised where the server sends that (9.6 and later).
  package var severity: String { value("V") ?? value("S") ?? "" }
  /// SQLSTATE.
  package var code: String { value("C") ?? "" }
  package var message: String { value("M") ?? "" }
  package var detail: String? { value("D") }
  package var hint: String? { value("H") }
}
