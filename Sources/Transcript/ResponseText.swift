import PostgresWire
import SessionModel

/// The words of a response, for search: cells, tags, errors and notices, in order, to a limit.
package struct ResponseText: Sendable {
  /// Bytes of one step's response that are made searchable.
  package static let limit = 65_536

  package private(set) var text = ""
  /// True when the response says more than `text` holds.
  package private(set) var cut = false
  private let reading: Transcript.Reading
  private var reader: ResponseReader
  /// Bytes of a message whose end is still to come: what another value of this type goes on with.
  package private(set) var carry: [UInt8] = []

  /// - Parameter carry: What `carry` was when an earlier value of this type was put away.
  package init(proto: String, text: String = "", carry: [UInt8] = []) {
    reading = Transcript.Reading(proto)
    self.text = text
    cut = text.utf8.count >= ResponseText.limit
    reader = ResponseReader([], maximumMessage: ResponseText.limit * 4, maximumCell: ResponseText.limit)
    if !carry.isEmpty { reader.append(carry) }
    self.carry = carry
  }

  /// Takes the next record's bytes.
  package mutating func feed(_ bytes: [UInt8]) {
    guard !cut else { return }
    switch reading {
    case .plain:
      add(Transcript.plain(bytes, limit: ResponseText.limit))
    case .shell: feedShell(bytes)
    case .postgres:
      reader.append(bytes)
      while !cut, let item = reader.next() { add(item) }
      let left = cut ? 0 : reader.leftover
      // A message too long to be read is skipped by the reader that began it; only what is kept can be carried.
      carry = left == 0 ? [] : Array((left > bytes.count ? carry + bytes : bytes).suffix(left))
    }
  }

  /// Takes a terminal's output. The line that has not ended yet is in the text, and is written anew when it goes on.
  private mutating func feedShell(_ bytes: [UInt8]) {
    let before = Transcript.shell(carry, limit: ResponseText.limit)
    if !before.isEmpty, text.hasSuffix(before) {
      text.removeLast(before.count)
      if text.hasSuffix("\n") { text.removeLast() }
    }
    let all = carry + bytes
    let end = all.lastIndex(of: 10).map { $0 + 1 } ?? 0
    add(Transcript.shell(all[..<end], limit: ResponseText.limit))
    // A line that does not end is no line of words.
    carry = all.count - end <= 8192 ? Array(all[end...]) : []
    add(Transcript.shell(all[end...], limit: ResponseText.limit))
  }

  private mutating func add(_ item: ResponseItem) {
    switch item {
    case .row(let cells):
      for cell in cells { add(cell) }
    case .columns(let columns):
      for column in columns { add(column.name) }
    case .error(let fields), .notice(let fields):
      add(fields.code)
      add(fields.message)
      if let detail = fields.detail { add(detail) }
      if let hint = fields.hint { add(hint) }
    case .notification(_, let channel, let payload):
      add(channel)
      add(payload)
    case .copyData(let cell), .functionResult(let cell):
      add(cell)
    case .complete, .emptyQuery, .suspended, .parameter, .ready, .copyStart, .copyDone, .parameterTypes,
      .parseComplete, .bindComplete, .closeComplete, .noData:
      break
    case .other(_, let length):
      // Too long to be read whole: what follows is only found by whoever began at its start.
      if length > ResponseText.limit * 4 { cut = true }
    }
  }

  private mutating func add(_ cell: ResponseCell) {
    switch cell {
    case .text(let value): add(value)
    // Words are looked for; nobody types a binary value's digits.
    case .hex, .null: break
    }
  }

  private mutating func add(_ value: String) {
    guard !value.isEmpty, !cut else { return }
    let room = ResponseText.limit - text.utf8.count
    guard value.utf8.count < room else {
      text += String(decoding: value.utf8.prefix(max(0, room)), as: UTF8.self)
      cut = true
      return
    }
    if !text.isEmpty { text += "\n" }
    text += value
  }
}
