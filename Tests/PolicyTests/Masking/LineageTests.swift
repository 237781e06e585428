import Testing

@testable import Policy

@Suite("What a statement's outputs are made of")
struct LineageTests {
  private let names = {
    var names = MaskedNames(relations: ["customers", "contacts_view"], columns: ["email", "phone"])
    names.order = ["customers": ["id", "email", "phone", "name"]]
    names.attributes = ["peek"]
    return names
  }()

  private func outputs(_ text: String, count: Int) -> [OutputLineage.Output] {
    let lineage = LineageReader().read(text, names)?.first?.outputs ?? .unknown
    return (0..<count).map { lineage.output(at: $0, of: count) }
  }

  @Test(
    "An expression over a masked column is touched, and so is a whole row",
    arguments: [
      "SELECT lower(email) FROM customers", "SELECT email || '' FROM customers", "SELECT to_jsonb(c) FROM customers c",
      "SELECT c::text FROM customers c", "SELECT row_to_json(customers) FROM customers",
      "SELECT (SELECT email FROM customers LIMIT 1)", "SELECT array_agg(email) FROM customers",
      "SELECT max(x) FROM (SELECT email AS x FROM customers) s",
      "WITH w AS (SELECT email AS x FROM customers) SELECT upper(x) FROM w",
      "SELECT email FROM customers UNION SELECT 'x'", "SELECT md5(c.email) FROM orders o JOIN customers c USING (id)",
      "SELECT my_function(id) FROM orders", "SELECT lower(x) FROM customers AS c (id, x)",
      "UPDATE customers SET id = 1 RETURNING lower(email)", "SELECT upper(name) FROM leak(1) AS f (name)",
      "SELECT CASE WHEN email LIKE 'a%' THEN 1 ELSE 0 END FROM customers", "FETCH ALL FROM c", "EXECUTE p",
      "SELECT string_agg(c.*::text, ',') FROM customers c", "SELECT (c).email FROM customers c", "CALL p()",
      "SELECT c.row_to_json FROM customers c", "SELECT c.reveal || '' FROM customers c",
      "SELECT lower(c.name) FROM customers c JOIN customers AS d (id) USING (id)", "SELECT o.peek FROM orders o",
      "SELECT (o).peek FROM orders o", "SELECT customers.record_out FROM customers", "EXPLAIN SELECT my_function(1)",
      "SHOW application_name", "SHOW a.b", "SHOW ALL", "SELECT current_setting('a.b')",
      "SELECT current_setting(x) FROM orders",
    ])
  func touched(_ text: String) {
    #expect(outputs(text, count: 1) != [.clean])
  }

  @Test(
    "Counts, constants and what reaches no masked relation are clean",
    arguments: [
      "SELECT count(email) FROM customers", "SELECT count(*) FROM (SELECT DISTINCT email FROM customers) s",
      "SELECT 1", "SELECT lower(name) FROM customers", "SELECT now() FROM customers", "SELECT lower(email) FROM orders",
      "SELECT upper(x) FROM (SELECT name AS x FROM orders) s", "EXPLAIN SELECT email FROM customers",
      "SHOW search_path",
      "SELECT current_setting('server_version')", "SELECT c.name || '' FROM customers c",
      "SELECT o.total || '' FROM orders o, customers c",
      "SELECT count(*) FROM customers WHERE email = 'a@b.cd'",
    ])
  func clean(_ text: String) {
    #expect(outputs(text, count: 1) == [.clean])
  }

  @Test("A masked column under another name is known by its own")
  func renamed() {
    #expect(outputs("SELECT id, email AS x FROM customers", count: 2) == [.clean, .masked("email")])
  }

  @Test("Outputs behind a star are counted from the end")
  func star() {
    #expect(
      outputs("SELECT 1, c.*, lower(email), 2 FROM customers c", count: 6)
        == [.clean, .touched, .touched, .touched, .touched, .clean])
    #expect(outputs("SELECT lower(phone), *, *, 1 FROM customers", count: 6) == Array(repeating: .touched, count: 6))
  }

  @Test("Once a session has made tables, every reference may lead to a masked value")
  func everything() {
    var doubted = names
    doubted.isEverything = true
    let lineage = LineageReader().read("SELECT lower(foo), count(*), 1 FROM copy", doubted)?.first?.outputs
    #expect((0..<3).map { lineage?.output(at: $0, of: 3) } == [.touched, .clean, .clean])
  }

  @Test("COPY is read with its source and its format")
  func copy() {
    let table = LineageReader().read("COPY s.customers (id, email) TO STDOUT (FORMAT csv, HEADER)", names)?.first?.copy
    #expect(table?.source == .table(schema: "s", name: "customers", columns: ["id", "email"]))
    #expect(table?.format?.isCSV == true)
    let query = LineageReader().read("COPY (SELECT id, email FROM customers) TO STDOUT", names)?.first
    #expect(query?.outputs.output(at: 1, of: 2) == .masked("email"))
    #expect(LineageReader().read("COPY customers TO STDOUT (FORMAT binary)", names)?.first?.copy?.format == nil)
  }

  @Test(
    "JSON paths reach through objects, arrays and stars",
    arguments: [
      (#"{"a": {"email": "x@y.z"}, "b": 1}"#, "a.email", #"{"a": {"email": "••••"}, "b": 1}"#),
      (#"{"a":[{"e":1},{"e":null},{"f":2}]}"#, "a.e", #"{"a":[{"e":"••••"},{"e":null},{"f":2}]}"#),
      (#"{"a":{"x":1,"y":[2]}}"#, "a.*", #"{"a":{"x":"••••","y":"••••"}}"#),
      (#"{"\u0061":1}"#, "a", #"{"\u0061":"••••"}"#), (#"[1]"#, "a", "[1]"),
    ])
  func json(_ text: String, _ path: String, _ expected: String) {
    var text = text
    let masker = ValueMasker(style: MaskStyle(), key: .random())
    let paths = [path.split(separator: ".").map(String.init)]
    let masked = text.withUTF8 { JSONMasker.mask($0, paths: paths, masker)?.text } ?? []
    #expect(String(decoding: masked, as: UTF8.self) == expected)
  }

  @Test("What is no JSON, or too deep, is not passed", arguments: ["{", "{\"a\"}", "[1,]", "\"a", "1 2", ""])
  func notJSON(_ text: String) {
    var text = text
    let masker = ValueMasker(style: MaskStyle(), key: .random())
    #expect(text.withUTF8 { JSONMasker.mask($0, paths: [["a"]], masker)?.text } == nil)
    var deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
    #expect(deep.withUTF8 { JSONMasker.mask($0, paths: [["a"]], masker)?.text } == nil)
  }

  @Test(
    "What a statement has put into columns that are not masked is withheld where it returns it",
    arguments: [
      ("INSERT INTO notes SELECT phone FROM customers RETURNING body", true),
      ("UPDATE customers SET name = phone RETURNING name", true),
      ("UPDATE notes SET body = c.phone FROM customers c RETURNING notes.body", true),
      ("WITH w AS (INSERT INTO notes SELECT phone FROM customers RETURNING *) SELECT * FROM w", true),
      ("INSERT INTO customers VALUES (1) ON CONFLICT (id) DO UPDATE SET name = customers.phone RETURNING name", true),
      ("UPDATE notes SET body = c.reveal FROM customers c RETURNING body", true),
      ("UPDATE customers SET name = 'x' RETURNING name", false),
      ("INSERT INTO notes VALUES ('x') RETURNING body", false),
      ("SELECT name FROM customers", false),
    ])
  func moves(_ text: String, _ expected: Bool) {
    #expect(LineageReader().read(text, names)?.first?.movesMasked == expected)
  }
}
