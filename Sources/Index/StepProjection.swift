import Foundation
import GRDB
import SessionModel
import Transcript

/// One step as the index keeps it. Touched only by the writer.
final class StepProjection {
  /// What `step.response` holds: one JSON object.
  struct Answer: Codable, Equatable {
    var bytes = 0
    var at: Timestamp
    var origin: String
    var rows = 0
    var tag: String?
    var error: ResponseError?
    var timings: Timings?
    var notRun = 0
    var masks: ResponseMasking?
    /// By number of the sub-step; empty where there is one result.
    var results: [Sub] = []

    struct Sub: Codable, Equatable {
      var sub: Int
      var rows: Int
      var tag: String?
      var error: ResponseError?
    }
  }

  /// Bytes of a statement's or a response's text that the index holds.
  static let textLimit = 65_536

  /// Journal index of the request's record.
  var id: Int64
  var session: SessionID
  var step: Int
  var at: Timestamp
  var leaf: LeafHash
  var metaJSON: [UInt8]
  var bytes: Int
  /// Bytes of the whole statement; the index holds `textLimit` of them.
  var textBytes: Int
  var answer: Answer?
  var complete = false
  /// Journal index of its first response's record.
  var answered: Int64?
  var carry: [UInt8] = []
  /// Its row in the full text.
  var text: TextRow
  var response: ResponseText?
  /// The full-text row is there already: it is changed, not added.
  var isIndexed = false
  var isTextChanged = true
  /// Something of it is not yet in the file.
  var isChanged = false

  init(
    id: Int64, session: SessionID, step: Int, at: Timestamp, leaf: LeafHash, metaJSON: [UInt8], bytes: Int,
    textBytes: Int, text: TextRow
  ) {
    self.id = id
    self.session = session
    self.step = step
    self.at = at
    self.leaf = leaf
    self.metaJSON = metaJSON
    self.bytes = bytes
    self.textBytes = textBytes
    self.text = text
  }

  func save(_ insert: BatchStatement) throws {
    try insert.bind(1, id)
    try insert.bind(2, Int64(bitPattern: session.rawValue))
    try insert.bind(3, Int64(step))
    try insert.bind(4, at.microseconds)
    try insert.bind(5, blob: leaf.bytes)
    try insert.bind(6, blob: metaJSON)
    try insert.bind(7, Int64(bytes))
    try insert.bind(8, Int64(textBytes))
    try insert.bind(9, blob: answer?.json)
    try insert.bind(10, complete ? 1 : 0)
    try insert.bind(11, blob: carry.isEmpty ? nil : carry)
    try insert.bind(12, answered)
    try insert.run()
  }

  static func load(
    _ step: Int, of session: SessionID, proto: String, _ db: Database, partitions: [TextPartition]
  ) throws -> StepProjection? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT id, at, leaf, meta, bytes, text_bytes, response, complete, carry, answered FROM step
        WHERE session = ? AND step = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: [Int64(bitPattern: session.rawValue), step]) else {
      return nil
    }
    let id: Int64 = row[0]
    let text = try TextRow.load(id, db, partitions: partitions) ?? TextRow()
    let carry = (row[8] as Data?).map { [UInt8]($0) } ?? []
    let projection = StepProjection(
      id: id, session: session, step: step, at: Timestamp(microseconds: row[1]),
      leaf: LeafHash(bytes: [UInt8](row[2] as Data)), metaJSON: [UInt8](row[3] as Data), bytes: row[4],
      textBytes: row[5], text: text)
    projection.answer = try (row[6] as Data?).map { try JSONDecoder().decode(Answer.self, from: $0) }
    projection.complete = row[7]
    projection.answered = row[9]
    projection.carry = carry
    projection.isIndexed = true
    projection.isTextChanged = false
    if projection.answer != nil {
      projection.response = ResponseText(proto: proto, text: text.response, carry: carry)
    }
    return projection
  }
}
