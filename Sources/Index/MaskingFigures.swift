import GRDB
import SessionModel

/// How many values masking has looked at, masked and withheld, in all sessions.
package struct MaskingFigures: Equatable, Sendable {
  package var examined = 0
  package var masked = 0
  package var withheld = 0

  private static let keys = ["masks_examined", "masks_masked", "masks_withheld"]

  static func add(_ masks: ResponseMasking, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value")
    for (key, count) in zip(keys, [masks.examined, masks.masked, masks.withheld]) where count > 0 {
      try statement.execute(arguments: [key, count])
    }
  }

  static func load(_ db: Database) throws -> MaskingFigures {
    let counts = try keys.map {
      try Int.fetchOne(db, sql: "SELECT value FROM state WHERE key = ?", arguments: [$0]) ?? 0
    }
    return MaskingFigures(examined: counts[0], masked: counts[1], withheld: counts[2])
  }
}

extension SQLiteIndex {
  package func maskingFigures() throws -> MaskingFigures {
    try read { try MaskingFigures.load($0) }
  }
}
