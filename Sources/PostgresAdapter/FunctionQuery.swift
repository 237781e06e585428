import Policy

/// Which functions a database has beside PostgreSQL's own, and whether they may change something.
package enum FunctionQuery {
  /// Names beyond which none is known: a catalogue of that size is not read every half minute.
  package static let mostRows = 50_000
  package static let mostBytes = 8 << 20

  /// Of `pg_proc` as `p`: can be called with one argument that is a row, and so be written as a column of it.
  static let takesRow = """
    p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1 AND p.proargtypes[0] IN
      (SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typtype IN ('c', 'd', 'p'))
    """

  /// One row a schema and name, and one with no schema for the search_path as the login has it. An aggregate is what its functions
  /// are: it is itself always called immutable.
  package static let text = """
    SELECT n.nspname::text, p.proname::text, pg_catalog.bool_or(p.provolatile = 'v' OR p.prokind = 'p'
      OR (p.prokind = 'a' AND EXISTS (SELECT FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc f
        ON f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
        WHERE a.aggfnoid = p.oid AND f.provolatile = 'v')))::text, pg_catalog.bool_or(\(takesRow))::text
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1, 2
    UNION ALL
    SELECT NULL, (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(s), ', ')
      FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) s), NULL, NULL
    """

  /// - Returns: `nil` where a row is not what was asked for.
  package static func read(_ rows: [[String?]]) -> (functions: FunctionCatalogue, searchPath: String)? {
    var entries: [FunctionCatalogue.Entry] = []
    entries.reserveCapacity(rows.count)
    var searchPath: String?
    for row in rows {
      guard row.count == 4 else { return nil }
      guard let schema = row[0] else {
        searchPath = row[1] ?? ""
        continue
      }
      guard let name = row[1], let isVolatile = row[2], let takesRow = row[3] else { return nil }
      entries.append(
        .init(schema: schema, name: name, isVolatile: isVolatile != "false", takesRow: takesRow != "false"))
    }
    return searchPath.map { (FunctionCatalogue(entries), $0) }
  }
}
