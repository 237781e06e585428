import Foundation
import GRDB
import SessionModel
import Transcript

/// One step as the index keeps it.
struct StepProjection {
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
  var carry: [UInt8] = []
  /// Its row in the full text.
  var text: TextRow
  var response: ResponseText?
  /// The full-text row is there already: it is changed, not added.
  var isIndexed = false
  var isTextChanged = true

  func save(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO step (id, session, step, at, leaf, meta, bytes, text_bytes, response, complete, carry)
        VALUES (?,?,?,?,?,?,?,?,?,?,?)
        ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, response = excluded.response,
          complete = excluded.complete, carry = excluded.carry
        """
    ).execute(arguments: [
      id, Int64(bitPattern: session.rawValue), step, at.microseconds, Data(leaf.bytes), Data(metaJSON), bytes,
      textBytes, try answer.map { try StepMeta.encode($0) }, complete,
      carry.isEmpty ? nil : Data(carry),
    ])
  }

  static func load(
    _ step: Int, of session: SessionID, proto: String, _ db: Database, partitions: [TextPartition]
  ) throws -> StepProjection? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT id, at, leaf, meta, bytes, text_bytes, response, complete, carry FROM step
        WHERE session = ? AND step = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: [Int64(bitPattern: session.rawValue), step]) else {
      return nil
    }
    let id: Int64 = row[0]
    let text = try TextRow.load(id, db, partitions: partitions) ?? TextRow()
    let carry = (row[8] as Data?).map { [UInt8]($0) } ?? []
    var projection = StepProjection(
      id: id, session: session, step: step, at: Timestamp(microseconds: row[1]),
      leaf: LeafHash(bytes: [UInt8](row[2] as Data)), metaJSON: [UInt8](row[3] as Data), bytes: row[4],
      textBytes: row[5], text: text)
    projection.answer = try (row[6] as Data?).map { try JSONDecoder().decode(Answer.self, from: $0) }
    projection.complete = row[7]
    projection.carry = carry
    projection.isIndexed = true
    projection.isTextChanged = false
    if projection.answer != nil {
      projection.response = ResponseText(proto: proto, text: text.response, carry: carry)
    }
    return projection
  }
}
