import PostgresWire
import SessionModel

/// A response as a person reads it: results with columns and rows, errors and notices, in order.
package struct ResponseTable: Equatable, Sendable {
  /// One result of the response.
  package struct Result: Equatable, Sendable {
    package var columns: [String]
    /// Cells by row; `nil` is NULL.
    package var rows: [[String?]]
    package var tag: String?

    package init(columns: [String] = [], rows: [[String?]] = [], tag: String? = nil) {
      self.columns = columns
      self.rows = rows
      self.tag = tag
    }
  }

  /// How much of a response is decoded.
  package struct Limits: Sendable {
    package var rows = 1000
    /// Bytes of one cell.
    package var cell = 4096
    /// Bytes of all cells.
    package var total = 4 << 20

    package init(rows: Int = 1000, cell: Int = 4096, total: Int = 4 << 20) {
      self.rows = rows
      self.cell = cell
      self.total = total
    }
  }

  package var results: [Result] = []
  /// `SEVERITY CODE: message`, with detail and hint on lines of their own.
  package var messages: [String] = []
  /// Rows, and lines of COPY, that are there but not in `results`.
  package var rowsLeftOff = 0
  /// True when the bytes end within a message: the rest was not given, or never came.
  package var isIncomplete = false

  package init() {}
}

extension Transcript {
  /// Reads a response's bytes as results.
  /// - Parameter bytes: The `wire` parts of the step's response records, joined; it may be a beginning of them.
  package static func table(
    _ bytes: [UInt8], proto: String, limits: ResponseTable.Limits = ResponseTable.Limits()
  ) -> ResponseTable {
    var table = ResponseTable()
    switch Reading(proto) {
    case .plain, .shell:
      let text = proto == "shell" ? shell(bytes, limit: limits.total) : plain(bytes, limit: limits.total)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      table.results = [ResponseTable.Result(rows: lines.prefix(limits.rows).map { [String($0)] })]
      table.rowsLeftOff = max(0, lines.count - limits.rows)
    case .postgres:
      var reader = ResponseReader(bytes, maximumCell: limits.cell)
      var current: ResponseTable.Result?
      var rows = 0
      var total = 0
      func add(_ cells: [String?]) {
        guard rows < limits.rows, total < limits.total else {
          table.rowsLeftOff += 1
          return
        }
        rows += 1
        for cell in cells { total += cell?.utf8.count ?? 0 }
        if current == nil { current = ResponseTable.Result() }
        current?.rows.append(cells)
      }
      func finish(_ tag: String?) {
        if current == nil, tag == nil { return }
        var result = current ?? ResponseTable.Result()
        result.tag = tag
        table.results.append(result)
        current = nil
      }
      while let item = reader.next() {
        switch item {
        case .columns(let columns):
          finish(nil)
          current = ResponseTable.Result(columns: columns.map(\.name))
        case .row(let cells): add(cells.map(\.shown))
        case .copyData(let cell): add([cell.shown.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }])
        case .functionResult(let cell): add([cell.shown])
        case .complete(let tag): finish(tag)
        case .suspended: finish("(suspended)")
        case .emptyQuery: finish("(empty query)")
        case .error(let fields), .notice(let fields):
          var lines = ["\(fields.severity) \(fields.code): \(fields.message)"]
          if let detail = fields.detail { lines.append("DETAIL: \(detail)") }
          if let hint = fields.hint { lines.append("HINT: \(hint)") }
          table.messages.append(lines.joined(separator: "\n"))
        case .notification(_, let channel, let payload):
          table.messages.append("NOTIFY \(channel): \(payload)")
        case .parameter, .ready, .copyStart, .copyDone, .parameterTypes, .parseComplete, .bindComplete,
          .closeComplete, .noData, .other:
          break
        }
      }
      finish(nil)
      table.isIncomplete = reader.leftover > 0
    }
    return table
  }
}
