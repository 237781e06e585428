import SessionModel

/// How a database's own client is given statements.
private struct SQLClient {
  var statements: [String]
  var files: [String] = []
  var valued: [String] = []
  /// The operand from which on operands are statements; `nil` where none is.
  var operand: Int?
  var isPostgres = false
}

extension ShellWalker {
  private static let clients: [String: SQLClient] = [
    "psql": SQLClient(
      statements: ["-c", "--command"], files: ["-f", "--file"],
      valued: [
        "-d", "--dbname", "-h", "--host", "-p", "--port", "-U", "--username", "-v", "--set", "--variable", "-P",
        "--pset", "-F", "-R", "-T", "-o", "--output", "-L", "--log-file",
      ],
      isPostgres: true),
    "pgcli": SQLClient(statements: ["-e"], valued: ["-h", "-p", "-U", "-u", "-d"], isPostgres: true),
    "cockroach": SQLClient(
      statements: ["-e", "--execute"], files: ["-f", "--file"], valued: ["--url", "--host", "-d"], isPostgres: true),
    "mysql": mysql, "mariadb": mysql, "mycli": mysql,
    "sqlite3": SQLClient(
      statements: ["-cmd"], files: ["-init"], valued: ["-separator", "-newline", "-nullvalue"], operand: 1),
    "sqlite": SQLClient(statements: [], operand: 1),
    "duckdb": SQLClient(statements: ["-c", "-s", "-cmd"], files: ["-init", "-f"], operand: 1),
    "sqlcmd": SQLClient(statements: ["-q", "-Q"], files: ["-i"], valued: ["-S", "-U", "-P", "-d", "-o"]),
    "clickhouse-client": SQLClient(
      statements: ["-q", "--query"], files: ["--queries-file"],
      valued: ["-h", "--host", "-u", "--user", "--password", "-d"]),
    "snowsql": SQLClient(statements: ["-q", "--query"], files: ["-f"], valued: ["-a", "-u", "-d", "-s", "-w", "-r"]),
    "cqlsh": SQLClient(statements: ["-e", "--execute"], files: ["-f", "--file"], valued: ["-u", "-p", "-k"]),
    "trino": SQLClient(
      statements: ["--execute"], files: ["-f", "--file"], valued: ["--server", "--catalog", "--schema"]),
    "presto": SQLClient(statements: ["--execute"], files: ["-f"], valued: ["--server"]),
    "beeline": SQLClient(statements: ["-e"], files: ["-f"], valued: ["-u", "-n", "-p"]),
    "hive": SQLClient(statements: ["-e"], files: ["-f"]),
    "usql": SQLClient(statements: ["-c", "--command"], files: ["-f"]),
    "sqlplus": SQLClient(statements: []),
    "isql": SQLClient(statements: []),
    "influx": SQLClient(statements: ["-execute"], valued: ["-database"]),
  ]

  private static let mysql = SQLClient(
    statements: ["-e", "--execute"],
    valued: [
      "-h", "--host", "-u", "--user", "-P", "--port", "-D", "--database", "-S", "--socket", "--password",
      "--defaults-file",
    ])

  mutating func database(_ call: ShellInvocation) -> Bool {
    switch call.program {
    case "mongosh", "mongo": mongo(call)
    case "redis-cli", "valkey-cli", "keydb-cli": return redis(call)
    default:
      guard let client = Self.clients[call.program] else { return false }
      if call.program == "influx", call.arguments.contains(where: { $0.text == "delete" }) {
        findings.add(.destructive, kind: "influx_delete", reasons: ["deletes_data"])
        return true
      }
      statements(call, client)
    }
    return true
  }

  private mutating func statements(_ call: ShellInvocation, _ client: SQLClient) {
    if call.asksForHelp || call.arguments.contains(where: { $0.text == "-l" || $0.text == "--list" }),
      call.program != "cqlsh"
    {
      return findings.add(.read, kind: call.program)
    }
    let parsed = call.parsed(Set(client.statements + client.files + client.valued))
    var texts = parsed.values.filter { client.statements.contains($0.option) }.map(\.value.text)
    if let operand = client.operand { texts += parsed.operands.dropFirst(operand).map(\.text) }
    // `mysql -e'…'`: `-eDROP …` is split into option and value already.
    let files = parsed.values.filter { client.files.contains($0.option) && $0.value.text != "-" }.map(\.value)
    for file in files { unseen(call.program, file.text, file.process) }
    for text in texts { statement(text, call.program, client.isPostgres) }
    if let output = parsed.value("-o", "--output"), call.program == "psql" {
      wrote(output, kind: "psql", overwrites: true)
    }
    guard texts.isEmpty, files.isEmpty else { return }
    switch call.input {
    case .text(let text): statement(text, call.program, client.isPostgres)
    case .file(let name): unseen(call.program, name, nil)
    case .stream: findings.add(.unknown, kind: call.program, reasons: ["statement_unknown"])
    case .inherited: findings.add(.write, kind: call.program, reasons: ["interactive_client"])
    }
  }

  private mutating func unseen(_ kind: String, _ file: String, _ process: ShellInput?) {
    if case .text(let text) = process { return statement(text, kind, true) }
    findings.add(.unknown, kind: kind, reasons: ["statements_from_file"], objects: [file])
  }

  /// A client's text: its own commands (`\d`, `.tables`) apart, the rest read as SQL.
  mutating func statement(_ text: String, _ kind: String, _ isPostgres: Bool) {
    guard step() else { return }
    if text.allSatisfy({ $0 == ShellArgument.gap || $0.isWhitespace }), !text.isEmpty {
      return findings.add(.unknown, kind: kind, reasons: ["statement_unknown"])
    }
    var rest = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      let command = line.drop { $0.isWhitespace }
      if command.hasPrefix("\\") || (command.hasPrefix(".") && kind.hasPrefix("sqlite")) {
        clientCommand(command, kind)
      } else if let inner = line.range(of: "\\g"), isPostgres, line[inner.upperBound...].hasPrefix("exec") {
        findings.add(.unknown, kind: kind, reasons: ["statement_unknown"])
        rest += line[..<inner.lowerBound] + "\n"
      } else {
        rest += line + "\n"
      }
    }
    guard rest.contains(where: { !$0.isWhitespace }) else { return }
    let dialect = isPostgres ? rest : rest.replacing("`", with: "\"")
    var reading = sql.read(dialect, context: StatementContext())
    if !isPostgres, reading.facts.statementClass == .unknown, reading.facts.reasons == ["syntax"] {
      reading = OtherDialect.reading(of: rest)
    }
    findings.add(reading, client: kind)
  }

  private mutating func clientCommand(_ command: Substring, _ kind: String) {
    let words = command.split(whereSeparator: \.isWhitespace)
    guard let verb = words.first else { return }
    if verb.hasPrefix("\\!") {
      return text(String(command.dropFirst(2)))
    }
    switch verb {
    case ".shell", ".system": text(words.dropFirst().joined(separator: " "))
    case "\\i", "\\ir", "\\include", ".read": findings.add(.unknown, kind: kind, reasons: ["statements_from_file"])
    case "\\gexec": findings.add(.unknown, kind: kind, reasons: ["statement_unknown"])
    case "\\o", "\\out", ".output", ".once", "\\w", ".import", ".save", ".backup", ".log", ".open":
      findings.add(.write, kind: kind)
    case ".restore": findings.add(.destructive, kind: kind, reasons: ["restore"])
    case "\\copy":
      let lower = command.lowercased()
      if lower.contains("program") { return findings.add(.admin, kind: kind, reasons: ["copy_program"]) }
      findings.add(lower.contains(" from ") ? .write : .read, kind: kind + "_copy")
    case "\\password": findings.add(.admin, kind: kind, reasons: ["password"])
    default:
      if let semicolon = command.firstIndex(of: ";") {
        statement(String(command[command.index(after: semicolon)...]), kind, true)
      }
      findings.add(.read, kind: kind)
    }
  }

  private mutating func mongo(_ call: ShellInvocation) {
    let parsed = call.parsed([
      "--eval", "-u", "-p", "--username", "--password", "--host", "--port", "--authenticationDatabase",
    ])
    if let code = parsed.value("--eval") { return mongo(code.text) }
    if case .text(let text) = call.input { return mongo(text) }
    if let script = parsed.operands.last, script.text.hasSuffix(".js") {
      return findings.add(.unknown, kind: "mongosh", reasons: ["statements_from_file"], objects: [script.text])
    }
    findings.add(.write, kind: "mongosh", reasons: ["interactive_client"])
  }

  private mutating func mongo(_ code: String) {
    // Names of methods only: what literals hold is data, unless a literal names the method.
    let bare = CodeLiterals(code, .script).bare.lowercased()
    let lower = bare.contains("[\"\"]") || bare.contains("['']") || bare.contains("eval(") ? code.lowercased() : bare
    let destroying = [
      "drop(", "dropdatabase", "deletemany(", "dropindex", ".remove(", "dropcollection", "dropuser", "shutdownserver",
      "findoneanddelete", "deleteone(",
    ]
    let administering = [
      "createuser", "grantroles", "revokeroles", "updateuser", "changeuserpassword", "admincommand",
    ]
    let writing = ["insert", "update", "replace", "create", "save(", "bulkwrite", "$out", "$merge", "renamecollection"]
    if lower.contains(String(ShellArgument.gap)), lower.count < 4 {
      findings.add(.unknown, kind: "mongosh", reasons: ["code_unknown"])
    } else if let found = destroying.first(where: lower.contains) {
      let isSingle = found == "deleteone(" || found == "findoneanddelete"
      findings.add(isSingle ? .write : .destructive, kind: "mongosh", reasons: ["code:\(found.filter { $0.isLetter })"])
    } else if let found = administering.first(where: lower.contains) ?? Self.clusterCall(lower) {
      findings.add(.admin, kind: "mongosh", reasons: ["code:\(found)"])
    } else {
      findings.add(writing.contains(where: lower.contains) ? .write : .read, kind: "mongosh")
    }
  }

  /// `rs.` or `sh.`, the names of replica sets and shards, with anything but a question behind it.
  private static func clusterCall(_ code: String) -> String? {
    let words = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    for word in words where word.hasPrefix("rs.") || word.hasPrefix("sh.") {
      let asks = ["status", "conf", "help", "hello", "ismaster", "print", "getbalancerstate"]
      if !asks.contains(where: word.dropFirst(3).hasPrefix) { return String(word.prefix(3)) }
    }
    return nil
  }

  /// The program's own words are in the table; a piped script is one command a line.
  private mutating func redis(_ call: ShellInvocation) -> Bool {
    let parsed = call.parsed(programs.programs["redis-cli"]?.valued ?? [])
    if parsed.has("--eval") {
      findings.add(.unknown, kind: "redis-cli", reasons: ["script"])
      return true
    }
    guard parsed.operands.isEmpty, case .text(let text) = call.input else {
      guard call.program != "redis-cli" else { return false }
      run([ShellArgument(text: "redis-cli")] + call.arguments, input: call.input)
      return true
    }
    for line in text.split(separator: "\n").prefix(256) {
      let words = line.split(separator: " ").map { ShellArgument(text: String($0)) }
      if !words.isEmpty { run([ShellArgument(text: "redis-cli")] + words, input: .inherited) }
    }
    return true
  }
}
