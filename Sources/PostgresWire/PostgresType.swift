/// Object identifiers of the types whose binary form has a written one here.
///
/// Source: `pg_type.dat` of PostgreSQL 15; these numbers are fixed for all versions.
package enum PostgresType {
  package static let bool: UInt32 = 16
  package static let bytea: UInt32 = 17
  package static let char: UInt32 = 18
  package static let name: UInt32 = 19
  package static let int8: UInt32 = 20
  package static let int2: UInt32 = 21
  package static let int4: UInt32 = 23
  package static let text: UInt32 = 25
  package static let oid: UInt32 = 26
  package static let json: UInt32 = 114
  package static let xml: UInt32 = 142
  package static let float4: UInt32 = 700
  package static let float8: UInt32 = 701
  package static let unknown: UInt32 = 705
  package static let bpchar: UInt32 = 1042
  package static let varchar: UInt32 = 1043
  package static let date: UInt32 = 1082
  package static let time: UInt32 = 1083
  package static let timestamp: UInt32 = 1114
  package static let timestamptz: UInt32 = 1184
  package static let interval: UInt32 = 1186
  package static let numeric: UInt32 = 1700
  package static let uuid: UInt32 = 2950
  package static let jsonb: UInt32 = 3802

  /// Element types of the arrays that are written as `{…}`.
  package static let elements: [UInt32: UInt32] = [
    1000: bool, 1001: bytea, 1002: char, 1003: name, 1005: int2, 1007: int4, 1009: text, 1014: bpchar, 1015: varchar,
    1016: int8, 1021: float4, 1022: float8, 1028: oid, 1115: timestamp, 1182: date, 1183: time, 1185: timestamptz,
    1187: interval, 1231: numeric, 2951: uuid, 199: json, 3807: jsonb,
  ]

  /// The name as SQL writes it; `nil` for types that are not listed here.
  package static func name(of type: UInt32) -> String? {
    names[type] ?? elements[type].flatMap { names[$0] }.map { $0 + "[]" }
  }

  private static let names: [UInt32: String] = [
    bool: "boolean", bytea: "bytea", char: "\"char\"", name: "name", int8: "bigint", int2: "smallint",
    int4: "integer", text: "text", oid: "oid", json: "json", xml: "xml", float4: "real", float8: "double precision",
    unknown: "unknown", bpchar: "character", varchar: "character varying", date: "date",
    time: "time without time zone", timestamp: "timestamp without time zone",
    timestamptz: "timestamp with time zone", interval: "interval", numeric: "numeric", uuid: "uuid", jsonb: "jsonb",
  ]
}
