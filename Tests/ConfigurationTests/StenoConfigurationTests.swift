import Policy
import SessionModel
import Testing

@testable import Configuration

@Suite struct StenoConfigurationTests {
  @Test("The contract's example reads as it is written")
  func sample() throws {
    let read = try ConfigurationSample.parse(ConfigurationSample.text)
    #expect(read.recorder.store == "/etc/steno/store")
    #expect(read.recorder.query == "/etc/steno/run/query.sock")
    #expect(read.gateways == [.init(name: "gateway", uid: nil)])
    #expect(read.agents.first?.onBehalfOf == "finance")
    #expect(read.agents.first?.verifier.hasPrefix("4096:") == true)
    #expect(read.approvers.first?.uid == 0)
    let connection = try #require(read.connections.first)
    #expect(connection.listen == "127.0.0.1:6432")
    #expect(connection.upstream.passwordFile == "/etc/steno/secrets/orders")
    #expect(connection.upstream.tls == .prefer)
    #expect(connection.capture == .strict && !connection.allowsUnusualSettings)
    let rule = try #require(read.rules.first)
    #expect(rule.expires == 90_000_000 && rule.then == .hold)
    #expect(rule.when.statementClass == [.destructive, .admin, .unknown])
    #expect(read.warnings.isEmpty)
  }

  @Test("Rules know times and runs, and commands what the configuration says of programs")
  func timesRunsPrograms() throws {
    let extra = """
      [[rule]]
      name = "nights"
      when = { outside = "mon-fri 07:00-19:00 +01:00", run = ["4bf9*"], class = "write" }
      then = "hold"

      [shell]
      programs = ["frob wipe : destructive wipes", "frob : read"]
      """
    let read = try ConfigurationSample.parse(ConfigurationSample.text + "\n" + extra)
    #expect(read.rules.last?.when.outside.map(\.text) == ["mon-fri 07:00-19:00 +01:00"])
    #expect(read.rules.last?.when.run == ["4bf9*"] && read.programs.count == 2)
    for (old, new, path) in [
      ("mon-fri 07:00-19:00 +01:00", "always", "rule[1].when.outside"),
      ("hold\"\n\n[shell", "allow\"\n\n[shell", "rule[1].when.run"),
      ("frob : read", "frob : harmless", "shell.programs[1]"), ("programs =", "program =", "shell.program"),
    ] {
      let text = (ConfigurationSample.text + "\n" + extra).replacing(old, with: new)
      #expect(throws: ConfigurationErrors.self, "\(new)") { try ConfigurationSample.parse(text) }
      do { _ = try ConfigurationSample.parse(text) } catch {
        #expect(error.problems.contains { $0.path == path }, "\(error.problems)")
      }
    }
  }

  @Test(
    "A rule on what has flowed out says where, how much and of what; one that cannot mean anything is refused by its key"
  )
  func outflow() throws {
    let extra = """
      [[rule]]
      name = "exports"
      when = { agent = "billing-fixer", returned = { in = "session", bytes = "10MB", object = ["customers"] } }
      then = "end"
      """
    let read = try ConfigurationSample.parse(ConfigurationSample.text + "\n" + extra)
    #expect(
      read.rules.last?.when.returned
        == OutflowLimit(scope: .session, measure: .bytes, maximum: 10_000_000, objects: ["customers"]))
    for (old, new, path) in [
      ("\"session\"", "\"day\"", "rule[1].when.returned.in"), ("in = \"session\", ", "", "rule[1].when.returned.in"),
      ("\"10MB\"", "\"much\"", "rule[1].when.returned.bytes"),
      ("bytes = \"10MB\"", "rows = -1", "rule[1].when.returned.rows"),
      ("bytes = \"10MB\"", "rows = 1, masked = 1", "rule[1].when.returned"),
      ("bytes = \"10MB\", ", "", "rule[1].when.returned"), ("bytes =", "byte =", "rule[1].when.returned.byte"),
      ("\"end\"", "\"allow\"", "rule[1].when.returned"),
      ("agent = \"billing-fixer\"", "class = \"read\"", "rule[1].when.class"),
      (", returned = { in = \"session\", bytes = \"10MB\", object = [\"customers\"] }", "", "rule[1].when.returned"),
    ] {
      let text = ConfigurationSample.text + "\n" + extra.replacing(old, with: new)
      #expect(throws: ConfigurationErrors.self, "\(new)") { try ConfigurationSample.parse(text) }
      do { _ = try ConfigurationSample.parse(text) } catch {
        #expect(error.problems.contains { $0.path == path }, "\(new): \(error.problems)")
      }
    }
  }

  static let line = """
    ingest_tls = { listen = "0.0.0.0:7443", certificate = "tls/r.pem", key = "tls/r.key", ca_file = "tls/ca.pem" }

    [[gateway]]
    name = "edge-1"
    certificate = "dns:Edge-1.example.net"

    [[gateway]]
    name = "edge-2"
    certificate = "spki-sha256:00000000000000000000000000000000000000000000000000000000000000ff"
    recorder = { address = "recorder.example.net:7443", certificate = "tls/g.pem", key = "tls/g.key", ca_file = "tls/ca.pem" }
    """

  @Test("Gateways of other hosts have certificates in place of users, and their walls stand")
  func lines() throws {
    let text = ConfigurationSample.text.replacing(
      "query = \"run/query.sock\"", with: "query = \"run/query.sock\"\n" + StenoConfigurationTests.line)
    let read = try ConfigurationSample.parse(text)
    #expect(read.recorder.ingestTLS?.listen == HostPort(host: "0.0.0.0", port: 7443))
    #expect(read.recorder.ingestTLS?.authorities == "/etc/steno/tls/ca.pem")
    #expect(read.gateways[0].certificate == .dns("edge-1.example.net"))
    #expect(read.gateways[1].certificate == .publicKey([UInt8](repeating: 0, count: 31) + [0xff]))
    #expect(read.gateways[1].recorder?.serverName == "recorder.example.net")
    #expect(!read.isTrial(recorderUID: 0))
    for (old, new, path) in [
      ("0.0.0.0:7443", "7443", "recorder.ingest_tls.listen"), ("key = \"tls/r.key\", ", "", "recorder.ingest_tls.key"),
      ("dns:Edge-1.example.net", "edge-1", "gateway[0].certificate"),
      ("00ff\"", "00\"", "gateway[1].certificate"), ("0ff\"", "0ff\"\nuid = 7", "gateway[1].certificate"),
      ("name = \"edge-1\"", "name = \"edge-1\"\nrecorder = { }", "gateway[0].recorder.address"),
      ("net:7443\"", "net:7443\", servername = \"x\"", "gateway[1].recorder.servername"),
    ] {
      do {
        _ = try ConfigurationSample.parse(text.replacing(old, with: new))
        Issue.record("\(new) passes")
      } catch {
        #expect(error.problems.contains { $0.path == path }, "\(error.problems)")
      }
    }
  }

  @Test("A gateway whose recorder is on another host needs neither its store nor its sockets")
  func away() throws {
    let text = """
      [recorder]
      origin = "recorder.example.net/steno"

      [[gateway]]
      name = "edge-2"
      recorder = { address = "[::1]:7443", server_name = "r", certificate = "g.pem", key = "g.key", ca_file = "ca.pem" }
      """
    #expect(try ConfigurationSample.parse(text).gateways[0].recorder?.address.host == "::1")
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var path: String
    var line: Int?
    var testDescription: String { "\(path): \(new)" }
  }

  static let mistakes: [Mistake] = [
    .init(old: "port = 5432", new: "port = 0", path: "connection[0].upstream.port", line: 23),
    .init(old: "port = 5432", new: "port = \"5432\"", path: "connection[0].upstream.port", line: 23),
    .init(old: "port = 5432", new: "prot = 5432", path: "connection[0].upstream.prot", line: 23),
    .init(old: "tls = \"prefer\"", new: "tls = \"maybe\"", path: "connection[0].upstream.tls", line: 23),
    .init(old: "password_file =", new: "password =", path: "connection[0].upstream.password", line: 23),
    .init(old: "127.0.0.1:6432", new: "127.0.0.1", path: "connection[0].listen", line: 20),
    .init(old: "127.0.0.1:6432", new: "127.0.0.1:99999", path: "connection[0].listen", line: 20),
    .init(old: "\"postgres\"", new: "\"http\"", path: "connection[0].protocol", line: 19),
    .init(old: "\"postgres\"", new: "\"gopher\"", path: "connection[0].protocol", line: 19),
    .init(old: "\"strict\"", new: "\"loose\"", path: "connection[0].capture", line: 21),
    .init(old: "\"refuse\"", new: "true", path: "connection[0].unusual_settings", line: 22),
    .init(old: "store = \"store\"\n", new: "", path: "recorder.store", line: 1),
    .init(old: "run/query.sock", new: "run/ingest.sock", path: "recorder.query", line: 5),
    .init(old: "run/query.sock", new: String(repeating: "q", count: 120), path: "recorder.query", line: 5),
    .init(old: "example.net/steno", new: "example net", path: "recorder.origin", line: 3),
    .init(old: "scram-sha-256:", new: "stn_secret", path: "agent[0].token", line: 9),
    .init(old: "scram-sha-256:4096", new: "scram-sha-256:1", path: "agent[0].token", line: 9),
    .init(old: "billing-fixer", new: "billing fixer", path: "agent[0].name", line: 8),
    .init(old: "ssh-ed25519 AAAA", new: "ssh-rsa AAAA", path: "approver[0].key", line: 14),
    .init(old: "\"root\"", new: "\"no-such-user-here\"", path: "approver[0].user", line: 15),
    .init(old: "\"hold\"", new: "\"ask\"", path: "rule[0].then", line: 28),
    .init(old: "\"90s\"", new: "\"soon\"", path: "rule[0].expires", line: 29),
    .init(old: "\"90s\"", new: "\"99999999999999d\"", path: "rule[0].expires", line: 29),
    .init(old: "quorum = 1", new: "quorum = 0", path: "rule[0].quorum", line: 30),
    .init(old: "\"admin\"", new: "\"adnim\"", path: "rule[0].when.class[1]", line: 27),
    .init(old: "[\"destructive\", \"admin\", \"unknown\"]", new: "[]", path: "rule[0].when.class", line: 27),
    .init(old: "connection = \"orders\"", new: "connection = \"oders\"", path: "rule[0].when.connection", line: 27),
    .init(old: "connection = \"orders\"", new: "connection = \"ord[e]rs\"", path: "rule[0].when.connection", line: 27),
    .init(old: "[[rule]]", new: "[rule]", path: "rule", line: 25),
    .init(old: "[[rule]]", new: "[[ruel]]", path: "ruel", line: nil),
  ]

  @Test("A mistake is named by its key path and line", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let problems = ConfigurationSample.problems(replacing: mistake.old, with: mistake.new)
    let problem = try #require(problems.first { $0.path == mistake.path }, "\(problems)")
    #expect(problem.severity == .error)
    if let line = mistake.line { #expect(problem.line == line) }
    #expect(!problem.description.contains("stn_secret"))
  }

  @Test("Every mistake is told, not only the first")
  func all() {
    let text = ConfigurationSample.text
      .split(separator: "port = 5432").joined(separator: "port = 0")
      .split(separator: "\"90s\"").joined(separator: "\"soon\"")
      .split(separator: "\"strict\"").joined(separator: "\"loose\"")
    let paths = (try? ConfigurationSample.parse(text)) == nil ? problems(of: text).map(\.path) : []
    #expect(paths == ["connection[0].capture", "connection[0].upstream.port", "rule[0].expires"])
  }

  @Test("Names and listening addresses are used once", arguments: ["agent", "approver", "connection", "rule"])
  func twice(_ section: String) throws {
    let blocks = ConfigurationSample.text.split(separator: "\n\n", omittingEmptySubsequences: false).map(String.init)
    let block = try #require(blocks.first { $0.hasPrefix("[[\(section)]]") })
    let found = problems(of: ConfigurationSample.text + "\n\n" + block)
    #expect(found.contains { $0.path == "\(section)[1].name" && $0.severity == .error })
    if section == "connection" { #expect(found.contains { $0.path == "connection[1].listen" }) }
  }

  @Test("A syntax error is named by its line")
  func syntax() {
    let found = problems(of: "[recorder]\nstore = \n")
    #expect(found.first?.line == 2)
  }

  @Test("A zero byte does not hide what follows it")
  func zero() {
    #expect(problems(of: ConfigurationSample.text + "\n\u{0}\n[nonsense]").first?.severity == .error)
  }

  @Test("A mask is validated, and what is wrong in it named by its place")
  func masks() throws {
    let mask =
      "\n[[mask]]\nname = \"pii\"\nwhen = { connection = \"*\" }\ncolumns = [\"*.email\"]\ndetect = [\"email\"]\n"
    let read = try ConfigurationSample.parse(ConfigurationSample.text + mask)
    #expect(read.problems(for: .gateway).contains { $0.path.hasPrefix("mask") } == false)
    #expect(read.masks.first?.columns.first?.column == "email")
    let more =
      "\n[[mask]]\nname = \"m\"\ncolumns = [\"email\"]\njson = [\"a.b\"]\nformat = \"hash\"\nkeep_length = true\nlength = 3\n"
    let places = Set(problems(of: ConfigurationSample.text + more).map(\.path))
    #expect(
      places.isSuperset(of: ["mask[0].columns[0]", "mask[0].json[0]", "mask[0].keep_length", "mask[0].length"]))
    let wrong = problems(of: ConfigurationSample.text + mask + "[[mask]]\nname = \"b\"\ndetect = [\"emial\"]\n")
    #expect(wrong.contains { $0.path == "mask[1].detect[0]" })
  }

  @Test("Originals are sealed to certificates that the file names, or it is refused")
  func investigators() throws {
    let asking = ConfigurationSample.text.replacing(
      "capture = \"strict\"", with: "capture = \"strict\"\noriginals = \"sealed\"")
    let named = try ConfigurationSample.parse(asking + "\n[investigators]\ncertificates = [\"people/jane.pem\"]\n")
    #expect(named.connections.map(\.sealsOriginals) == [true])
    #expect(named.investigatorFiles == ["/etc/steno/people/jane.pem"])
    #expect(named.problems(for: .gateway).contains { $0.path == "investigators.certificates" && $0.severity == .error })
    #expect(problems(of: asking).map(\.path) == ["investigators"])
    #expect(
      problems(of: asking + "\n[investigators]\ncertificates = []\n").map(\.path).contains("investigators.certificates")
    )
    #expect(try ConfigurationSample.parse(ConfigurationSample.text).connections.map(\.sealsOriginals) == [false])
  }

  @Test("It is a trial when one of the gateways runs as the recorder's own user")
  func trial() throws {
    let own = try ConfigurationSample.parse(ConfigurationSample.text)
    #expect(own.isTrial(recorderUID: 1000))
    let apart = try ConfigurationSample.parse(ConfigurationSample.text + "\n[[gateway]]\nname = \"edge\"\nuid = 4000\n")
    #expect(!apart.isTrial(recorderUID: 1000))
    #expect(apart.isTrial(recorderUID: 4000))
  }

  private func problems(of text: String) -> [ConfigurationProblem] {
    do {
      return try ConfigurationSample.parse(text).warnings
    } catch {
      return error.problems
    }
  }
}
