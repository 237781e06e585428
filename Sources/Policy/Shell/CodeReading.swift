/// What can be seen in a program of another language without running or parsing it: its string literals, and which calls
/// stand outside of them.
struct CodeReading {
  enum Language { case python, script, perl, ruby, php, awk }

  /// Contents of all string literals.
  private(set) var literals: [String] = []
  /// Literals that a shell-out may be given: neighbours in a list together.
  private(set) var commands: [[String]] = []
  /// Calls that hand something to a shell or start a program.
  private(set) var shellOuts: [String] = []
  private(set) var deleting: [String] = []
  /// Ways to make code of data.
  private(set) var dynamic: [String] = []
  /// Literals that read as SQL, where the code runs SQL.
  private(set) var statements: [String] = []
  private(set) var sends = false
  private(set) var writesFile = false

  init(_ code: String, _ language: Language) {
    let scan = CodeLiterals(String(code.prefix(1 << 16)), language)
    literals = scan.literals.map(\.text)
    let bare = scan.bare
    func found(_ names: [String]) -> [String] { names.filter { bare.contains($0) } }
    shellOuts = found(Self.shellOuts)
    switch language {
    case .perl, .ruby, .php:
      shellOuts += found(["exec(", "exec ", "system ", "`", "qx"])
      if language == .ruby { shellOuts += found(["spawn", "%x"]) }
      if scan.literals.contains(where: { $0.mark == "`" }) { shellOuts.append("`") }
      dynamic = found(["eval(", "eval ", "assert(", "base64_decode(", "instance_eval", "class_eval"])
    case .python:
      dynamic = found(["eval(", "exec(", "compile(", "__import__(", "b64decode(", "marshal.", "fromhex(", "importlib"])
      if dynamic == ["b64decode("] || dynamic == ["fromhex("] || dynamic == ["compile("] { dynamic = [] }
      if bare.contains("re.compile("), dynamic == ["compile("] { dynamic = [] }
    case .script:
      dynamic = found(["eval(", "Function(", "vm.run", "loadstring", "load("])
      if dynamic == ["load("] { dynamic = [] }
      if bare.contains("require("), literals.contains(where: { $0.hasSuffix("child_process") }) {
        shellOuts.append("child_process")
      }
      if bare.contains("do shell script") { shellOuts.append("do shell script") }
    case .awk:
      shellOuts = found(["system("])
      writesFile = bare.contains(">")
      if scan.isPiped { shellOuts.append("|") }
    }
    deleting = found(Self.deleting)
    if language == .perl || language == .php || language == .ruby {
      deleting += found(["unlink", "rmdir"]).filter { !deleting.contains($0 + "(") }
    }
    sends = [
      "urlopen(", "requests.post", "requests.put", "fetch(", "http.request", "https.request", "socket.", "Net::HTTP",
    ].contains(where: bare.contains)
    // What a shell-out is given may be decoded first: then it is not in any literal.
    if !shellOuts.isEmpty {
      commands = scan.groups.filter {
        $0.count > 1 || $0[0].contains(" ") || $0[0].contains("/") || language == .awk || scan.groups.count == 1
      }
      let decoders = [
        "b64decode", "fromhex", "chr(", "atob(", "fromCharCode", "base64_decode", "pack(", "unpack(", "decode(",
        "Buffer.from(", "[::-1]", ".reverse(",
      ]
      if decoders.contains(where: bare.contains) { dynamic.append("decoded_shell_out") }
    }
    if Self.querying.contains(where: { bare.contains($0) }) {
      statements = literals.filter(Self.isStatement)
    }
  }

  private static let shellOuts = [
    "system(", "popen(", "os.exec", "os.spawn", "subprocess", "execSync", "spawnSync", "spawn(", "execFile",
    "shell_exec", "passthru",
    "proc_open", "child_process", "Open3", "IO.popen", "os.system", "getoutput", "pty.spawn", "Deno.Command",
    "Deno.run",
    "Bun.spawn", "os.execute", "io.popen", "open3", "ProcessBuilder", ".execute()", "shelljs", "execa", "pexpect",
    "Process.run",
    "Bun.$", "run(`", "shell-command",
  ]

  private static let deleting = [
    "rmtree", "os.remove", "os.unlink", ".unlink(", "unlinkSync", "rmSync", "rmdirSync", "rm_rf", "rm_r(",
    "FileUtils.rm",
    "fs.rm(", "fs.rmdir", "fs.unlink", "File.delete", "File.unlink", "Dir.rmdir", "Dir.delete", "remove_tree", "rimraf",
    "unlink(", "os.removedirs",
    "os.rmdir", "rmdir(", "truncateSync", "deleteMany(", "deleteOne(", "dropDatabase", ".drop(", "drop_all(",
    "drop_table", "delete_all",
    "destroy_all", "flushall(", "flushdb(", "delete_bucket", "delete_objects", "terminate_instances", "requests.delete",
    "emptyDirSync", "removeSync", "deleteFile", "rm -rf", "os.truncate", "dropCollection", "dropIndexes", ".destroy(",
    "$executeRaw",
    "remove({", "deleteCollection", "Deno.remove", "shutil.move",
  ].filter { $0 != "$executeRaw" && $0 != "shutil.move" && $0 != "rm -rf" }

  private static let querying = [
    ".execute", "executescript", ".query(", ".exec(", ".raw(", "cursor", "executeRaw", "queryRaw", "db.run(", "->query",
    "sql(",
    ".prepare(", "->exec", "read_sql",
  ]

  private static func isStatement(_ text: String) -> Bool {
    let first = text.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
    return [
      "SELECT", "INSERT", "UPDATE", "DELETE", "DROP", "TRUNCATE", "ALTER", "GRANT", "REVOKE", "CREATE", "WITH", "COPY",
      "DO", "CALL",
      "MERGE", "VACUUM", "REINDEX", "SET",
    ].contains(first)
  }
}
