import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("Masking between the target and the record")
struct MaskingTests {
  private static let secret = "alice@example.org"

  private static func masks(columns: Bool) -> MaskSet? {
    var rules = [MaskRule(name: "found", detect: [.email, .paymentCard, .secret])]
    if columns, let email = ColumnPattern("*.email"), let phone = ColumnPattern("customers.phone"),
      let json = JSONMaskPattern("customers.profile:address.city")
    {
      rules.insert(MaskRule(name: "personal", columns: [email, phone], json: [json]), at: 0)
    }
    return MaskSet(rules, connection: "orders", keys: [:])
  }

  private static func session(columns: Bool = true) throws -> ScriptedSession {
    var settings = ScriptedSession.settings()
    settings.masks = masks(columns: columns)
    settings.limits.maskedMessage = 4096
    var session = ScriptedSession(settings)
    session.allowsAll = true
    try session.logIn()
    session.send(W.message("R", W.int32(0)) + W.parameter("client_encoding", "UTF8") + W.ready(), from: .upstream)
    if columns {
      #expect(session.toUpstream.containsText("pg_attribute"))
      #expect(session.start == nil)
      let rows: [[String?]] = [
        ["c", "16400", "2", "customers", "email", "public", "customers", "2", "public"],
        ["c", "16400", "3", "customers", "phone", "public", "customers", "3", "public"],
        ["c", "16400", "5", "customers", "profile", "public", "customers", "5", "public"],
        [
          "v", "16500", "public", "contacts",
          " SELECT customers.id, customers.email AS contact, lower(customers.email) AS low FROM customers;",
          "id\u{1F}contact\u{1F}low", "", "", "",
        ],
        ["m", "20000", "", "", "", "", "", "", ""],
      ]
      session.send(W.columns(["k"]) + rows.flatMap { W.row($0) } + W.complete("SELECT 5") + W.ready(), from: .upstream)
    }
    #expect(session.start != nil)
    session.forget()
    return session
  }

  /// RowDescription: name, table, attribute number, type, format.
  private static func describe(_ columns: [(String, Int, Int, Int, Int)]) -> [UInt8] {
    var body = W.int16(columns.count)
    for column in columns {
      body += W.cstring(column.0) + W.int32(column.1) + W.int16(column.2) + W.int32(column.3) + W.int16(-1)
      body += W.int32(-1) + W.int16(column.4)
    }
    return W.message("T", body)
  }

  private static func binaryRow(_ values: [[UInt8]?]) -> [UInt8] {
    W.message("D", W.int16(values.count) + values.flatMap { $0.map { W.int32($0.count) + $0 } ?? W.int32(-1) })
  }

  private func expectHidden(
    _ session: ScriptedSession, _ clear: String = MaskingTests.secret, allInResponses: Bool = true
  ) {
    #expect(!session.toClient.containsText(clear))
    #expect(!session.wire(.response).containsText(clear))
    #expect(session.wire(.response) == session.toClient || session.end != nil || !allInResponses)
    for draft in session.records {
      for part in draft.parts where draft.kind != .request {
        #expect(!Array(part.bytes.readableBytesView).containsText(clear))
      }
    }
  }

  private func run(_ query: String, _ answer: [UInt8], columns: Bool = true) throws -> ScriptedSession {
    var session = try Self.session(columns: columns)
    session.send(W.query(query), from: .client)
    session.forget()
    session.send(answer + W.complete("SELECT 1") + W.ready(), from: .upstream)
    return session
  }

  @Test("A masked column is masked, whatever it is called, and counted in the record")
  func column() throws {
    let session = try run(
      "SELECT id, email AS x FROM customers",
      Self.describe([("id", 16400, 1, 23, 0), ("x", 16400, 2, 25, 0)]) + W.row(["7", Self.secret]) + W.row(["8", nil]))
    expectHidden(session)
    #expect(session.toClient.containsRun(W.row(["7", "••••"]) + W.row(["8", nil])))
    let masks = try #require(try session.responses.first?.masks)
    #expect(masks.masked == 1)
    #expect(masks.columns == [.init(column: "x", rule: "personal", masked: 1, withheld: 0)])
  }

  @Test("Bytes that come one at a time are masked alike")
  func dripFed() throws {
    var session = try Self.session()
    session.send(W.query("SELECT email, note FROM customers"), from: .client)
    session.forget()
    let answer =
      Self.describe([("email", 16400, 2, 25, 0), ("note", 16400, 4, 25, 0)])
      + W.row([Self.secret, "write to bob@example.org"]) + W.complete("SELECT 1") + W.ready()
    for byte in answer { session.send([byte], from: .upstream) }
    expectHidden(session)
    expectHidden(session, "bob@example.org")
    #expect(session.toClient.containsRun(W.row(["••••", "write to ••••"])))
  }

  @Test(
    "What is made of a masked column is withheld, and counts pass",
    arguments: [
      ("SELECT lower(email) FROM customers", true), ("SELECT to_jsonb(c) FROM customers c", true),
      ("SELECT my_function()", true), ("FETCH ALL FROM c", true), ("SELECT count(email) FROM customers", false),
      ("SELECT lower(email) FROM elsewhere", false),
    ])
  func expression(_ query: String, _ isWithheld: Bool) throws {
    let session = try run(query, Self.describe([("v", 0, 0, 25, 0)]) + W.row(["zebra"]))
    #expect(session.toClient.containsText("zebra") != isWithheld)
    if isWithheld { #expect(session.toClient.containsRun(W.row([nil]))) }
    #expect(try session.responses.compactMap { $0.masks?.withheld }.reduce(0, +) == (isWithheld ? 1 : 0))
  }

  @Test("A view's columns are followed, and a table of this session is not trusted")
  func views() throws {
    let session = try run(
      "SELECT * FROM contacts, fresh",
      Self.describe([
        ("id", 16500, 1, 23, 0), ("contact", 16500, 2, 25, 0), ("low", 16500, 3, 25, 0), ("y", 20001, 1, 25, 0),
        ("w", 16400, 0, 2249, 0),
      ]) + W.row(["1", Self.secret, Self.secret, Self.secret, Self.secret]))
    expectHidden(session)
    #expect(session.toClient.containsRun(W.row(["1", "••••", nil, nil, nil])))
  }

  @Test("Each statement of a query has its own outputs")
  func multi() throws {
    var session = try Self.session()
    session.allowsAll = false
    session.send(W.query("SELECT lower(name) FROM customers; SELECT lower(email) FROM customers"), from: .client)
    session.forget()
    let result = Self.describe([("v", 0, 0, 25, 0)]) + W.row(["zebra"]) + W.complete("SELECT 1")
    session.send(result + result + W.ready(), from: .upstream)
    #expect(session.toClient.containsRun(W.row(["zebra"]) + W.complete("SELECT 1")))
    #expect(session.toClient.containsRun(W.row([nil]) + W.complete("SELECT 1")))
    #expect(session.wire(.response) == session.toClient)
  }

  @Test("Binary values are looked through; what cannot be is withheld")
  func binary() throws {
    let card = Array("4111111111111111".utf8)
    let array =
      W.int32(1) + W.int32(0) + W.int32(25) + W.int32(2) + W.int32(1) + W.int32(1) + Array("x".utf8)
      + W.int32(card.count) + card
    let session = try run(
      "SELECT 1",
      Self.describe([
        ("a", 0, 0, 25, 1), ("b", 0, 0, 3802, 1), ("c", 0, 0, 1009, 1), ("d", 0, 0, 99999, 1), ("e", 0, 0, 17, 1),
        ("f", 0, 0, 23, 1), ("g", 0, 0, 99999, 1),
      ])
        + Self.binaryRow([
          card, [1] + Array("{\"n\": 4111111111111111}".utf8), array, [0, 1, 2], Array("k ".utf8) + card, W.int32(5),
          Array("happy".utf8),
        ]), columns: false)
    let dots = Array("••••".utf8)
    let masked =
      W.int32(1) + W.int32(0) + W.int32(25) + W.int32(2) + W.int32(1) + W.int32(1) + Array("x".utf8)
      + W.int32(dots.count) + dots
    #expect(
      session.toClient.containsRun(
        Self.binaryRow([
          dots, [1] + Array("{\"n\": \"••••\"}".utf8), masked, nil, nil, W.int32(5), Array("happy".utf8),
        ])))
    expectHidden(session, "4111111111111111")
  }

  @Test("An Execute's rows are known by its portal's description, or its statement's; without one they are withheld")
  func extended() throws {
    var session = try Self.session()
    let columns = Self.describe([("id", 16400, 1, 23, 0), ("email", 16400, 2, 25, 0)])
    session.send(
      W.parse("s", "SELECT id, email FROM customers") + W.describe("S", "s") + W.sync, from: .client)
    session.send(W.message("1") + W.message("t", W.int16(0)) + columns + W.ready(), from: .upstream)
    for described in [true, false] {
      session.send(
        W.bind("", "s") + (described ? W.describe("P", "") : []) + W.execute() + W.sync, from: .client)
      session.forget()
      session.send(
        W.message("2") + (described ? columns : []) + W.row(["1", Self.secret]) + W.complete("SELECT 1") + W.ready(),
        from: .upstream)
      expectHidden(session)
      #expect(session.toClient.containsRun(W.row(["1", "••••"])))
    }
    session.send(W.parse("", "SELECT id FROM customers") + W.bind("", "") + W.execute() + W.sync, from: .client)
    session.forget()
    session.send(W.message("1") + W.message("2") + W.row(["1"]) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(session.toClient.containsRun(W.row([nil])))
  }

  @Test("COPY is masked field by field; a format that is not read passes no row")
  func copy() throws {
    func out(_ fields: Int, _ format: Int = 0) -> [UInt8] {
      W.message("H", [UInt8(format)] + W.int16(fields) + (0..<fields).flatMap { _ in W.int16(format) })
    }
    func data(_ text: String) -> [UInt8] { W.message("d", Array(text.utf8)) }
    let table = try run(
      "COPY customers TO STDOUT",
      out(5) + data("1\t\(Self.secret)\t\\N\tmail \(Self.secret)\\n!\t{\"address\":{\"city\":\"Ulm\"}}\n")
        + W.message("c"))
    expectHidden(table)
    expectHidden(table, "Ulm")
    #expect(table.toClient.containsRun(data("1\t••••\t\\N\tmail ••••\\n!\t{\"address\":{\"city\":\"••••\"}}\n")))
    let csv = try run(
      "COPY (SELECT id, email, lower(email) FROM customers) TO STDOUT CSV",
      out(3) + data("1,\"\(Self.secret)\",zebra\n") + W.message("c"))
    #expect(csv.toClient.containsRun(data("1,\"••••\",\n")))
    let binary = try run(
      "COPY customers TO STDOUT (FORMAT binary)", out(5, 1) + data("PGCOPY\(Self.secret)") + W.message("c"))
    expectHidden(binary)
    #expect(try binary.responses.compactMap { $0.masks?.withheld }.reduce(0, +) == 1)
  }

  @Test("What errors and notices quote is masked too")
  func reports() throws {
    var session = try Self.session()
    session.send(W.query("INSERT INTO customers VALUES (1)"), from: .client)
    session.forget()
    let detail = W.message(
      "E",
      [83] + W.cstring("ERROR") + [86] + W.cstring("ERROR") + [67] + W.cstring("23505") + [77]
        + W.cstring("duplicate key value violates unique constraint \"k\"") + [68]
        + W.cstring("Key (name)=(Alice Zebra) already exists.") + [0])
    session.send(
      W.message("N", [83] + W.cstring("NOTICE") + [67] + W.cstring("00000") + [77] + W.cstring("Alice Zebra") + [0])
        + detail + W.ready(), from: .upstream)
    expectHidden(session, "Alice Zebra")
    #expect(session.toClient.containsText("violates unique constraint \"k\""))
    session.send(W.query("SELECT email::int FROM customers"), from: .client)
    session.forget()
    session.send(
      W.error("22P02", "invalid input syntax for type integer: \"zebra\"") + W.ready(), from: .upstream)
    expectHidden(session, "zebra")
    #expect(try session.responses.first?.error?.message.contains("zebra") == false)
  }

  @Test(
    "A password in a request goes to the target, and not on record",
    arguments: [
      ("ALTER ROLE bob PASSWORD 'Tr0ub4dor'", "Tr0ub4dor"), ("ALTER ROLE bob PASSWORD/**/ E'it\\'s'", "it\\'s"),
      ("CREATE USER b PASSWORD $x$Tr0ub4dor$x$", "Tr0ub4dor"),
      ("SELECT dblink_connect('host=h password=Tr0ub4dor')", "Tr0ub4dor"),
      ("CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:Tr0ub4dor@h/d' PUBLICATION p", "Tr0ub4dor"),
    ])
  func requestSecret(_ text: String, _ secret: String) throws {
    var session = try Self.session()
    session.send(W.query(text), from: .client)
    #expect(session.toUpstream == W.query(text))
    #expect(!session.records.flatMap(\.parts).contains { Array($0.bytes.readableBytesView).containsText(secret) })
    #expect(session.wire(.request).count == W.query(text).count)
    #expect(try session.requests.first?.reasons.contains("secret_withheld") == true)
    // Of two passwords a grant for one would be a grant for both.
    #expect(session.records.first { $0.kind == .request }?.isWhole == false)
    session.send(W.complete("ALTER ROLE") + W.ready(), from: .upstream)
    session.forget()
    session.send(
      W.parse("", "SELECT $1", types: [25]) + W.bind("", "", [Array("password=Tr0ub4dor".utf8)]) + W.execute() + W.sync,
      from: .client)
    #expect(session.toUpstream.containsText("Tr0ub4dor"))
    #expect(!session.records.flatMap(\.parts).contains { Array($0.bytes.readableBytesView).containsText("Tr0ub4dor") })
  }

  @Test("A row larger than masks examine ends the session with a clear error, on record")
  func tooLarge() throws {
    var session = try Self.session()
    session.send(W.query("SELECT email FROM customers"), from: .client)
    session.forget()
    session.send(
      Self.describe([("email", 16400, 2, 25, 0)]) + Array(W.row([String(repeating: "x", count: 5000)]).prefix(100)),
      from: .upstream)
    #expect(session.toClient.containsText("larger than this connection's masks examine"))
    #expect(!session.toClient.containsText("xxxx"))
    #expect(try session.metas(.note, NoteMeta.self).contains { $0.topic == "mask-limit" })
    #expect(session.end?.failed == true)
  }

  @Test("A catalogue that cannot be read keeps the session from starting")
  func noCatalogue() throws {
    var settings = ScriptedSession.settings()
    settings.masks = Self.masks(columns: true)
    var session = ScriptedSession(settings)
    try session.logIn()
    session.send(W.message("R", W.int32(0)) + W.ready(), from: .upstream)
    session.send(W.error("42501", "permission denied") + W.ready(), from: .upstream)
    #expect(session.toClient.containsText("could not be read from the target"))
    #expect(session.end?.failed == true)
  }

  @Test("A result without columns of its own kind, or of another count, gives no value away")
  func mismatched() throws {
    let session = try run(
      "SELECT id FROM customers", Self.describe([("id", 16400, 1, 23, 0)]) + W.row(["1", Self.secret]))
    expectHidden(session)
    #expect(session.toClient.containsRun(W.row([nil, nil])))
  }

  @Test("Whatever the target sends, no session crashes and no clear value passes")
  func fuzz() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = [
      Self.describe([("id", 16400, 1, 23, 0), ("email", 16400, 2, 25, 0)]), W.row(["1", Self.secret]),
      W.complete("SELECT 1"), W.ready(), W.error("22000", "x"), W.message("H", [0] + W.int16(1) + W.int16(0)),
      W.message("d", Array("1\t\(Self.secret)\n".utf8)), W.message("c"), W.message("n"), W.message("2"), W.message("s"),
      W.message("A", W.int32(1) + W.cstring("c") + W.cstring(Self.secret)), W.message("V", W.int32(3) + [1, 2, 3]),
      W.message("T", [0, 9]), W.message("D", [0, 1, 0, 0, 0, 99]),
    ]
    for _ in 0..<300 {
      var session = try Self.session()
      session.send(W.query("SELECT id, email FROM customers"), from: .client)
      session.forget()
      for _ in 0..<8 {
        let bytes = pieces.randomElement(using: &random) ?? []
        let cut = Int.random(in: 0...bytes.count, using: &random)
        session.send(Array(bytes[..<cut]), from: .upstream)
        session.send(Array(bytes[cut...]), from: .upstream)
      }
      // Notifications stand in records of their own.
      expectHidden(session, allInResponses: false)
    }
  }
}
