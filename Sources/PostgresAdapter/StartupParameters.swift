/// What a client may ask for when it connects, and what of it the target is told.
///
/// A setting that decides how a statement reads would make the gateway and the target read different statements; so only
/// listed settings pass, and any other is refused rather than dropped.
struct StartupParameters: Equatable {
  var user = ""
  var database: String?
  /// In the order of the client, each once, the last value of each.
  var settings: [(name: String, value: String)] = []
  /// Protocol options that this gateway does not know, to be named in NegotiateProtocolVersion.
  var unknownOptions: [String] = []
  /// A setting that is let through only because the connection allows it.
  var unusual = false

  static func == (left: Self, right: Self) -> Bool {
    left.user == right.user && left.database == right.database && left.unusual == right.unusual
      && left.unknownOptions == right.unknownOptions
      && left.settings.map(\.name) == right.settings.map(\.name)
      && left.settings.map(\.value) == right.settings.map(\.value)
  }

  struct Refused: Error, Equatable {
    var code: String
    var message: String
  }

  /// Settings that change what a client is shown or how long it may take, and nothing about what a statement does.
  static let harmless: Set<String> = [
    "application_name", "bytea_output", "client_min_messages", "datestyle", "extra_float_digits",
    "geqo", "idle_in_transaction_session_timeout", "idle_session_timeout", "intervalstyle",
    "jit", "lc_messages", "lc_monetary", "lc_numeric", "lc_time", "lock_timeout", "statement_timeout",
    "tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_user_timeout", "timezone",
    "default_transaction_read_only", "default_transaction_isolation", "default_transaction_deferrable",
  ]

  init(_ parameters: [StartupPacket.Parameter], allowsUnusual: Bool) throws(Refused) {
    for parameter in parameters {
      switch parameter.name {
      case "user": user = parameter.value
      case "database": database = parameter.value
      case "replication":
        guard ["false", "off", "no", "0"].contains(parameter.value.lowercased()) else {
          throw Refused(code: "0A000", message: "steno: replication connections are not passed on")
        }
      case "options":
        for (name, value) in try StartupParameters.options(parameter.value) {
          try add(name, value, allowsUnusual: allowsUnusual)
        }
      case let name where name.hasPrefix("_pq_."): unknownOptions.append(name)
      case let name: try add(name, parameter.value, allowsUnusual: allowsUnusual)
      }
    }
    if !settings.contains(where: { $0.name == "client_encoding" }) { set("client_encoding", "UTF8") }
  }

  private mutating func set(_ name: String, _ value: String) {
    settings.removeAll { $0.name == name }
    settings.append((name, value))
  }

  private mutating func add(_ name: String, _ value: String, allowsUnusual: Bool) throws(Refused) {
    let folded = name.lowercased()
    switch folded {
    case "client_encoding":
      let plain = value.lowercased().filter { $0.isLetter || $0.isNumber }
      // SQL_ASCII asks for no conversion; UTF-8 is what a UTF-8 database then sends.
      if ["utf8", "unicode", "sqlascii", "auto", "default"].contains(plain) {
        set(folded, "UTF8")
      } else {
        try allow(name, value, allowsUnusual, "client encodings other than UTF-8")
      }
    case "standard_conforming_strings":
      if ["on", "true", "yes", "1"].contains(value.lowercased()) {
        set(folded, "on")
      } else {
        try allow(name, value, allowsUnusual, "standard_conforming_strings off")
      }
    case "search_path":
      // pg_catalog comes first unless it is named: named behind another schema, built-in functions are replaced.
      let lowered = value.lowercased()
      if lowered.contains("pg_catalog") || lowered.contains("pg_temp") {
        try allow(name, value, allowsUnusual, "a search_path that moves pg_catalog or pg_temp")
      } else {
        set(folded, value)
      }
    case let known where StartupParameters.harmless.contains(known): set(known, value)
    default: try allow(name, value, allowsUnusual, "this startup parameter")
    }
  }

  private mutating func allow(
    _ name: String, _ value: String, _ allowsUnusual: Bool, _ what: String
  ) throws(Refused) {
    guard allowsUnusual else {
      let shown = String(name.unicodeScalars.filter { $0.value > 31 && $0.value < 127 }.prefix(63).map(Character.init))
      throw Refused(code: "0A000", message: "steno: \(what) (\"\(shown)\") is not passed on by this connection")
    }
    unusual = true
    set(name.lowercased(), value)
  }

  /// Reads `-c name=value` and `--name=value`, with a backslash before a character that is meant as it is.
  static func options(_ text: String) throws(Refused) -> [(String, String)] {
    var words: [String] = []
    var word = ""
    var inWord = false
    var escaped = false
    for character in text.unicodeScalars {
      if escaped {
        word.unicodeScalars.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
        inWord = true
      } else if character == " " || (9...13).contains(character.value) {
        if inWord { words.append(word) }
        word = ""
        inWord = false
      } else {
        word.unicodeScalars.append(character)
        inWord = true
      }
    }
    if inWord { words.append(word) }
    let refused = Refused(
      code: "0A000", message: "steno: of the startup parameter \"options\" only -c name=value is passed on")
    var settings: [(String, String)] = []
    var rest = words[...]
    while let first = rest.popFirst() {
      let assignment: String
      if first == "-c" {
        guard let next = rest.popFirst() else { throw refused }
        assignment = next
      } else if first.hasPrefix("-c") || first.hasPrefix("--") {
        assignment = String(first.dropFirst(2))
      } else {
        throw refused
      }
      guard let equals = assignment.firstIndex(of: "=") else { throw refused }
      let name = String(assignment[..<equals].map { $0 == "-" ? "_" : $0 })
      settings.append((name, String(assignment[assignment.index(after: equals)...])))
    }
    return settings
  }
}
