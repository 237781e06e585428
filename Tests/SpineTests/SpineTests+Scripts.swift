import Foundation
import Testing

extension SpineTests {
  /// PostgreSQL's own scripts and tools, which no one wrote with a gateway in mind.
  @Suite("PostgreSQL's own") struct Scripts {
    @Test("Script of the information schema makes the same views through the gateway")
    func informationSchema() throws {
      let script = "/usr/share/postgresql/15/information_schema.sql"
      guard FileManager.default.fileExists(atPath: script) else {
        print("PostgreSQL 15's information_schema.sql is not installed here")
        return
      }
      let world = try World(rules: World.allowRule)
      let definitions = """
        SELECT count(*), md5(string_agg(viewname || definition, ',' ORDER BY viewname)) FROM pg_views
        WHERE schemaname = 'information_schema'
        """
      let before = try world.ask(definitions)
      #expect(before.hasPrefix("6"), "\(before)")
      #expect(try world.psql(world.direct, ["-c", "DROP SCHEMA information_schema CASCADE"]).status == 0)
      let outcome = try world.psql(world.throughGateway, ["-v", "ON_ERROR_STOP=1", "-f", script])
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(try world.ask(definitions) == before)
    }

    @Test("Dump through the gateway is the dump direct, and restores through it to the same again")
    func dump() throws {
      let world = try World(rules: World.allowRule)
      let schema = try world.psql(world.direct, ["-v", "ON_ERROR_STOP=1", "-c", Scripts.schema])
      #expect(schema.status == 0, "\(schema.output)")
      let direct = try dump(world.direct)
      #expect(direct.contains("COPY shop.things"))
      #expect(try dump(world.throughGateway) == direct)

      let file = world.directory.appendingPathComponent("dump.sql").path
      try direct.write(toFile: file, atomically: true, encoding: .utf8)
      _ = try world.psql(world.direct, ["-c", "DROP SCHEMA shop CASCADE"])
      #expect(try world.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'shop'") == "0")
      let restored = try world.psql(world.throughGateway, ["-v", "ON_ERROR_STOP=1", "-f", file])
      #expect(restored.status == 0, "\(restored.output)")
      #expect(try dump(world.direct) == direct)
    }

    /// Rows as INSERT statements too: they quote what COPY escapes.
    private func dump(_ url: String) throws -> String {
      let programs = try #require(PostgresCluster.programs)
      let copied = try Program.run("\(programs)/pg_dump", ["--no-owner", "-n", "shop", url])
      let inserted = try Program.run("\(programs)/pg_dump", ["--no-owner", "-n", "shop", "--inserts", url])
      #expect(copied.status == 0 && inserted.status == 0, "\(copied.output)")
      // Newer minor versions mark each dump with a key of its own.
      return copied.output.split(separator: "\n").filter { !$0.contains("restrict ") }.joined(separator: "\n")
        + (inserted.output.contains("INSERT INTO") ? "" : inserted.output)
    }

    private static let schema = #"""
      CREATE SCHEMA shop;
      SET search_path TO shop;
      CREATE TYPE mood AS ENUM ('calm', 'it''s "odd"');
      CREATE TABLE things (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, raw bytea, tags text[], body jsonb,
        price numeric(20, 4), mood mood, "Mixed Case" text DEFAULT 'a;b', span int4range);
      INSERT INTO things (at, raw, tags, body, price, mood, "Mixed Case", span)
        SELECT '2026-11-01'::timestamptz + g * interval '1 hour', decode(md5(g::text), 'hex'),
          ARRAY['a,b', E'tab\there', NULL, g::text], jsonb_build_object('n', g, 'text', E'back\\slash "quote" \u2028'),
          g / 7.0, (ARRAY['calm', 'it''s "odd"'])[1 + g % 2]::mood, repeat(E'line\n', g % 5), int4range(g, g + 3)
        FROM generate_series(1, 500) g;
      CREATE VIEW dear AS SELECT id, price FROM things WHERE price > 10;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
      CREATE TRIGGER touched BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION touch();
      COMMENT ON TABLE things IS 'with ; and '' and /* none of it a comment */';
      """#
  }
}
