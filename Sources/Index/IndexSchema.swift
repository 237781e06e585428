import GRDB

/// Tables of the index. A file with another version is made anew from the journal.
///
/// Invariants: `state.position` is written in the same transaction as what it stands for. `step.id` is the journal index of the
/// request's record, `step.answered` that of its first response, `record.seq` that of any record, so all ascend with time. Records
/// beyond those two of a step have `more = 1`: they alone are looked up by session, and most steps have none. Each step has one row in the full-text partition
/// whose `first` is the largest not above its id, under its id.
///
/// `step.pruned` is the journal index of the tombstone that has deleted its bodies. `state.scrub` is there while text of such steps may
/// still stand in the full text's own pages, or in the write-ahead log.
enum IndexSchema {
  static let version = 9
  /// Steps of one full-text partition, after which the next is begun.
  static let partitionSteps = 1_000_000

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE session (
          id INTEGER PRIMARY KEY, first INTEGER NOT NULL, start BLOB NOT NULL, started INTEGER NOT NULL,
          state TEXT NOT NULL, ended INTEGER, end_reason TEXT, steps INTEGER NOT NULL, held INTEGER NOT NULL,
          denied INTEGER NOT NULL, masked INTEGER NOT NULL, waiting INTEGER NOT NULL, risk TEXT NOT NULL,
          last_activity INTEGER NOT NULL, last_text TEXT NOT NULL, last_verdict TEXT, last_rule TEXT,
          highest INTEGER NOT NULL);
        CREATE INDEX session_first ON session (first);
        CREATE INDEX session_live ON session (first) WHERE state = 'live';
        CREATE TABLE step (
          id INTEGER PRIMARY KEY, session INTEGER NOT NULL, step INTEGER NOT NULL, at INTEGER NOT NULL,
          leaf BLOB NOT NULL, meta BLOB NOT NULL, bytes INTEGER NOT NULL, text_bytes INTEGER NOT NULL,
          response BLOB, complete INTEGER NOT NULL, carry BLOB, answered INTEGER, pruned INTEGER);
        CREATE UNIQUE INDEX step_number ON step (session, step);
        CREATE TABLE record (
          seq INTEGER PRIMARY KEY, session INTEGER NOT NULL, step INTEGER NOT NULL, kind INTEGER NOT NULL,
          wire INTEGER NOT NULL, more INTEGER NOT NULL);
        CREATE INDEX record_more ON record (session, step, seq) WHERE more = 1;
        CREATE TABLE approval (
          step INTEGER PRIMARY KEY, id TEXT NOT NULL, session INTEGER NOT NULL, outcome TEXT NOT NULL,
          since INTEGER NOT NULL, decided INTEGER, by TEXT, view BLOB NOT NULL, shape TEXT, resumed INTEGER,
          broke_glass INTEGER NOT NULL);
        CREATE INDEX approval_shape ON approval (shape, decided) WHERE shape NOT NULL;
        CREATE INDEX approval_id ON approval (id);
        CREATE INDEX approval_outcome ON approval (outcome, since);
        CREATE INDEX approval_session ON approval (session);
        CREATE TABLE audit (
          seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
          session INTEGER, step INTEGER);
        CREATE TABLE tombstone (seq INTEGER PRIMARY KEY, policy TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE note (
          seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, session INTEGER NOT NULL, step INTEGER,
          mark TEXT, text TEXT NOT NULL);
        CREATE INDEX note_session ON note (session, seq);
        CREATE TABLE partition (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, rows INTEGER NOT NULL);
        """)
    try db.execute(sql: MaskingCoverage.tables)
    try db.execute(sql: "INSERT INTO state VALUES ('position', 0)")
    try addPartition(1, first: 0, db)
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  static func addPartition(_ number: Int, first: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        CREATE VIRTUAL TABLE text_\(number) USING fts5(request, bound, response, thought, note, fields,
          tokenize = 'unicode61', detail = full, prefix = '2 3')
        """)
    try db.execute(sql: "INSERT INTO partition VALUES (?, ?, 0)", arguments: [number, first])
  }
}

/// One full-text table, and where it begins.
struct TextPartition: Equatable {
  var number: Int
  /// Journal index of its first step's request.
  var first: Int64
  var rows: Int

  static func all(_ db: Database) throws -> [TextPartition] {
    try Row.fetchAll(db, sql: "SELECT number, first, rows FROM partition ORDER BY number").map {
      TextPartition(number: $0[0], first: $0[1], rows: $0[2])
    }
  }
}
