import Foundation
import GRDB
import SessionModel
import Transcript

/// Turns records into projections. Touched only by whoever holds the index's writer lock.
struct IndexWriter {
  struct StepKey: Hashable {
    var session: SessionID
    var step: Int
  }

  /// Sessions kept between batches; above it all are written and forgotten.
  static let keptSessions = 4096
  static let keptSteps = 8192

  var sessions: [SessionID: SessionProjection] = [:]
  var steps: [StepKey: StepProjection] = [:]
  var changedSessions: [SessionProjection] = []
  var changedSteps: [StepProjection] = []
  var partitions: [TextPartition] = []
  /// A run of retention has ended in this batch: what it deleted is to go from the file for good.
  var isScrubDue = false
  let decoder = JSONDecoder()

  /// Drops what is kept between batches: it is read again where needed.
  mutating func forget() {
    self = IndexWriter()
  }

  /// Applies a batch within the caller's transaction.
  mutating func apply(_ records: [StoredRecord], _ db: Database) throws {
    let position = UInt64(
      bitPattern: try Int64.fetchOne(db, sql: "SELECT value FROM state WHERE key = 'position'") ?? 0)
    if partitions.isEmpty { partitions = try TextPartition.all(db) }
    let statements = try BatchStatements(db)
    var next = position
    var leaf: LeafHash?
    for record in records where record.index >= position {
      guard record.index == next else { throw IndexError(.gap, "record \(next) is missing before \(record.index)") }
      try take(record, Batch(db: db, statements: statements))
      next += 1
      leaf = record.leaf
    }
    guard let leaf else { return }
    try flush(Batch(db: db, statements: statements))
    try db.cachedStatement(sql: "UPDATE state SET value = ? WHERE key = 'position'")
      .execute(arguments: [Int64(bitPattern: next)])
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO state VALUES ('leaf', ?)")
      .execute(arguments: [Data(leaf.bytes)])
  }

  /// What applying a batch works with.
  struct Batch {
    let db: Database
    let statements: BatchStatements
  }

  mutating func flush(_ batch: Batch) throws {
    let db = batch.db
    var insertion: (partition: Int, statement: BatchStatement)?
    for step in changedSteps {
      try step.save(batch.statements.step)
      if step.isTextChanged {
        if step.isIndexed {
          if let partition = partitions.last(where: { $0.first <= step.id }) {
            try step.text.update(step.id, in: partition.number, db)
          }
        } else {
          let number = try partition(for: step.id, db)
          if insertion?.partition != number { insertion = (number, try TextRow.insertion(into: number, db)) }
          if let insertion { try step.text.insert(step.id, insertion.statement) }
        }
        step.isIndexed = true
        step.isTextChanged = false
      }
      step.isChanged = false
      if step.complete { steps[StepKey(session: step.session, step: step.step)] = nil }
    }
    changedSteps.removeAll(keepingCapacity: true)
    try db.cachedStatement(sql: "UPDATE partition SET rows = ? WHERE number = ?")
      .execute(arguments: [partitions.last?.rows, partitions.last?.number])
    for session in changedSessions {
      try session.save(db)
      session.isChanged = false
      if session.state != .live { sessions[session.id] = nil }
    }
    changedSessions.removeAll(keepingCapacity: true)
    // Nothing kept is without its place in the file here, so that what is dropped is read again.
    if sessions.count > IndexWriter.keptSessions { sessions.removeAll() }
    if steps.count > IndexWriter.keptSteps { steps.removeAll() }
  }

  /// The newest partition, or a new one where that is full. A step older than it goes where its number belongs.
  private mutating func partition(for id: Int64, _ db: Database) throws -> Int {
    guard var last = partitions.last else { throw IndexError(.damaged, "no full-text partition") }
    if last.rows >= IndexSchema.partitionSteps, id > last.first {
      try db.cachedStatement(sql: "UPDATE partition SET rows = ? WHERE number = ?")
        .execute(arguments: [last.rows, last.number])
      last = TextPartition(number: last.number + 1, first: id, rows: 0)
      try IndexSchema.addPartition(last.number, first: id, db)
      partitions.append(last)
    }
    guard let place = partitions.lastIndex(where: { $0.first <= id }) else { return last.number }
    partitions[place].rows += 1
    return partitions[place].number
  }

  mutating func session(_ id: SessionID, _ record: StoredRecord, _ db: Database) throws -> SessionProjection {
    if let known = sessions[id] { return known }
    if let stored = try SessionProjection.load(id, db) { return stored }
    return .unknown(id, first: Int64(bitPattern: record.index), at: record.fields.receivedAt)
  }

  /// Notes that a session has changed; it is written with the batch.
  mutating func keep(_ session: SessionProjection) {
    guard !session.isChanged else { return }
    session.isChanged = true
    sessions[session.id] = session
    changedSessions.append(session)
  }

  /// Notes that a step has changed; it is written with the batch.
  mutating func keep(_ step: StepProjection) {
    guard !step.isChanged else { return }
    step.isChanged = true
    steps[StepKey(session: step.session, step: step.step)] = step
    changedSteps.append(step)
  }

  mutating func step(_ number: Int, of session: SessionProjection, _ db: Database) throws -> StepProjection? {
    if let known = steps[StepKey(session: session.id, step: number)] { return known }
    guard number <= session.highest else { return nil }
    return try StepProjection.load(number, of: session.id, proto: session.start.proto, db, partitions: partitions)
  }

  func requestMeta(_ record: StoredRecord) -> RequestMeta? {
    guard let json = record.body(.meta) else { return nil }
    return json.withUnsafeBytes { RequestMeta(scanning: $0) } ?? decode(RequestMeta.self, record)
  }

  func responseMeta(_ record: StoredRecord) -> ResponseMeta? {
    guard let json = record.body(.meta) else { return nil }
    return json.withUnsafeBytes { ResponseMeta(scanning: $0) } ?? decode(ResponseMeta.self, record)
  }

  func decode<Value: Decodable>(_ type: Value.Type, _ record: StoredRecord) -> Value? {
    // A pruned or unreadable body leaves its record in the list, without what it said.
    record.body(.meta).flatMap { try? decoder.decode(type, from: Data($0)) }
  }
}
