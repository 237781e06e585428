import PostgresWire

/// How a type's values are looked through.
enum ValueForm: Sendable {
  /// Cannot hold what detectors look for.
  case safe
  case text
  case json
  case jsonb
  case bytes
  /// A number that may be a card's: found, it is withheld, for dots are no number.
  case number
  case textArray
  /// Anything else: its written form is text; its binary form is looked at where it reads as text.
  case other

  init(_ type: UInt32) {
    switch type {
    case PostgresType.bool, PostgresType.int2, PostgresType.int4, PostgresType.oid, PostgresType.float4,
      PostgresType.float8, PostgresType.date, PostgresType.time, PostgresType.timestamp, PostgresType.timestamptz,
      PostgresType.interval, PostgresType.uuid:
      self = .safe
    // tid, xid, cid, money, timetz, xid8, pg_lsn, void, macaddr, macaddr8, reg… are numbers on the wire or nothing.
    case 27, 28, 29, 790, 1266, 5069, 3220, 2278, 829, 774, 24, 2202...2206, 3734, 3769, 4089, 4096: self = .safe
    // Arrays of those.
    case 1000, 1005, 1006, 1007, 1028, 1021, 1022, 1182, 1183, 1270, 1115, 1185, 1187, 2951, 22, 30: self = .safe
    case PostgresType.int8, PostgresType.numeric: self = .number
    case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
      PostgresType.xml, PostgresType.unknown, 2275:
      self = .text
    case PostgresType.json: self = .json
    case PostgresType.jsonb: self = .jsonb
    case PostgresType.bytea: self = .bytes
    case 1002, 1003, 1009, 1014, 1015: self = .textArray
    case _: self = .other
    }
  }
}
