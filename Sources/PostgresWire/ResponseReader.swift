/// Reads the recorded bytes of a response, message by message.
///
/// Feed it all response records of a step, in order: a record holds whole messages, except that a message larger than the
/// gateway's chunk (256 KiB) stands in several. It never fails: bytes that are not of the protocol come out as `.other`,
/// and what is incomplete at the end stays as `leftover`.
///
/// Source: PostgreSQL 15, "Message Formats".
package struct ResponseReader: Sequence, IteratorProtocol, Sendable {
  private var bytes: [UInt8]
  private var position = 0
  /// Bytes of a message that was too large, still to be skipped.
  private var skip = 0
  private let maximumMessage: Int
  private let maximumCell: Int
  /// Columns of the rows to come: those of the last RowDescription, or those given.
  package private(set) var columns: [ResponseColumn]
  /// Formats that a Bind asked for, where no RowDescription says so: none, one for all, or one a column.
  package var resultFormats: [Int16] = []

  /// - Parameters:
  ///   - columns: Columns of the rows, when the statement was described in an earlier step.
  ///   - maximumMessage: Bytes; a longer message comes out as `.other` and is skipped.
  ///   - maximumCell: Bytes of one value that are decoded; the rest is left off and the cell ends in `…`.
  package init(
    _ bytes: [UInt8] = [], columns: [ResponseColumn] = [], maximumMessage: Int = 64 << 20,
    maximumCell: Int = 1 << 20
  ) {
    self.bytes = bytes
    self.columns = columns
    self.maximumMessage = maximumMessage
    self.maximumCell = maximumCell
  }

  /// Adds the bytes of the next record.
  package mutating func append(_ more: [UInt8]) {
    if position == bytes.count {
      bytes = more
      position = 0
    } else {
      bytes.removeFirst(position)
      position = 0
      bytes += more
    }
  }

  /// Bytes at the end that are not a whole message yet.
  package var leftover: Int { bytes.count - position }

  package mutating func next() -> ResponseItem? {
    if skip > 0 {
      let skipped = Swift.min(skip, bytes.count - position)
      position += skipped
      skip -= skipped
    }
    guard skip == 0, bytes.count - position >= 5 else { return nil }
    let type = bytes[position]
    let length = bytes.withUnsafeBytes {
      Int(UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)))
    }
    guard length >= 4 else {
      // Not of this protocol: nothing behind it can be framed.
      let rest = bytes.count - position
      position = bytes.count
      return .other(type: type, length: rest)
    }
    guard length <= maximumMessage else {
      skip = length + 1
      return .other(type: type, length: length)
    }
    guard bytes.count - position >= length + 1 else { return nil }
    let body = (position + 5)..<(position + 1 + length)
    position += length + 1
    let item = bytes.withUnsafeBytes { raw in
      decode(type, WireCursor(raw, body)) ?? .other(type: type, length: length)
    }
    if case .columns(let described) = item { columns = described }
    return item
  }

  private func decode(_ type: UInt8, _ body: WireCursor) -> ResponseItem? {
    var body = body
    switch type {
    case UInt8(ascii: "T"): return ResponseReader.columns(&body).map { .columns($0) }
    case UInt8(ascii: "D"): return row(&body).map { .row($0) }
    case UInt8(ascii: "C"): return body.readCString().map { .complete(tag: $0) }
    case UInt8(ascii: "I"): return .emptyQuery
    case UInt8(ascii: "s"): return .suspended
    case UInt8(ascii: "E"): return ServerMessageFields(body).map { .error($0) }
    case UInt8(ascii: "N"): return ServerMessageFields(body).map { .notice($0) }
    case UInt8(ascii: "A"):
      guard let process = body.readInt32(), let channel = body.readCString(), let payload = body.readCString() else {
        return nil
      }
      return .notification(process: process, channel: channel, payload: payload)
    case UInt8(ascii: "S"):
      guard let name = body.readCString(), let value = body.readCString() else { return nil }
      return .parameter(name: name, value: value)
    case UInt8(ascii: "Z"):
      return body.readUInt8().flatMap(TransactionStatus.init(rawValue:)).map { .ready(transaction: $0.name) }
    case UInt8(ascii: "G"), UInt8(ascii: "H"):
      guard let format = body.readUInt8(), let columns = body.readUInt16() else { return nil }
      return .copyStart(fromClient: type == UInt8(ascii: "G"), binary: format == 1, columns: Int(columns))
    case UInt8(ascii: "d"): return .copyData(cell(body, 0..<0, whole: true, type: 0, format: 0))
    case UInt8(ascii: "c"): return .copyDone
    case UInt8(ascii: "t"):
      guard let count = body.readUInt16() else { return nil }
      var types: [UInt32] = []
      for _ in 0..<count {
        guard let type = body.readUInt32() else { return nil }
        types.append(type)
      }
      return .parameterTypes(types)
    case UInt8(ascii: "V"):
      guard let length = body.readInt32() else { return nil }
      guard length >= 0 else { return .functionResult(.null) }
      guard let range = body.take(Int(length)) else { return nil }
      return .functionResult(cell(body, range, whole: false, type: 0, format: 0))
    case UInt8(ascii: "1"): return .parseComplete
    case UInt8(ascii: "2"): return .bindComplete
    case UInt8(ascii: "3"): return .closeComplete
    case UInt8(ascii: "n"): return .noData
    default: return nil
    }
  }

  /// Reads a RowDescription's body.
  package static func columns(_ body: inout WireCursor) -> [ResponseColumn]? {
    guard let count = body.readUInt16() else { return nil }
    var columns: [ResponseColumn] = []
    columns.reserveCapacity(Swift.min(Int(count), body.remaining / 19))
    for _ in 0..<count {
      guard let name = body.readCString(), let table = body.readUInt32(), body.readInt16() != nil,
        let type = body.readUInt32(), body.readInt16() != nil, body.readInt32() != nil, let format = body.readInt16()
      else { return nil }
      columns.append(ResponseColumn(name: name, table: table, type: type, format: format))
    }
    return columns
  }

  private func row(_ body: inout WireCursor) -> [ResponseCell]? {
    guard let count = body.readUInt16() else { return nil }
    var cells: [ResponseCell] = []
    cells.reserveCapacity(Swift.min(Int(count), body.remaining / 4 + 1))
    for index in 0..<Int(count) {
      guard let length = body.readInt32() else { return nil }
      guard length >= 0 else {
        cells.append(.null)
        continue
      }
      guard let range = body.take(Int(length)) else { return nil }
      cells.append(
        cell(body, range, whole: false, type: index < columns.count ? columns[index].type : 0, format: format(index)))
    }
    return cells
  }

  private func format(_ index: Int) -> Int16? {
    if resultFormats.count == 1 { return resultFormats[0] }
    if index < resultFormats.count { return resultFormats[index] }
    return index < columns.count ? columns[index].format : nil
  }

  /// - Parameter format: `nil` where it is not known: bytes that read as text are text then.
  private func cell(
    _ body: WireCursor, _ range: Range<Int>, whole: Bool, type: UInt32, format: Int16?
  ) -> ResponseCell {
    var range = whole ? body.position..<body.end : range
    let cut = range.count > maximumCell
    if cut { range = range.lowerBound..<(range.lowerBound + maximumCell) }
    let value = UnsafeRawBufferPointer(rebasing: body.bytes[range])
    let decoded = ValueText.decode(value, type: type, format: format, truncated: cut)
    guard cut else { return decoded }
    switch decoded {
    case .null: return .null
    case .text(let text): return .text(text + "…")
    case .hex(let digits): return .hex(digits + "…")
    }
  }
}
