import Configuration

/// The blocks that `steno.toml` is written from, with their comments.
enum ConfigurationText {
  static func opening(origin: String) -> String {
    """
    # Steno's configuration. Relative paths are relative to this file. `steno-gateway --config FILE --check` says what is wrong.
    # Recorder and gateway read it when they start: restart them after a change.

    [recorder]
    store = "store"                     # journal and index; made with mode 0700, opened by the recorder alone
    origin = \(quote(origin))           # the log's name, in every decision and checkpoint
    ingest = "run/ingest.sock"          # where gateways append
    query = "run/query.sock"            # where people look and decide

    # A witness on another host cosigns the log, so that not even this machine's owner can rewrite it unseen: steno-witness --help
    # [[witness]]
    # url = "http://witness.example.org:7380"
    # key = "NAME+ID+KEY"               # the line that steno-witness prints

    # How long what was recorded is kept; without a policy for ever. The first that matches counts: steno retention plan
    # [[retention]]
    # name = "pci-12-months"            # PCI DSS 10.5.1: twelve months; HIPAA 164.316(b)(2): 2192d; EU AI Act 19 and 26: 183d
    # when = { connection = "*" }       # and class = ["read", "write"], where only these go
    # keep = "365d"

    """
  }

  static func rule() -> String {
    """

    # First match decides; without a match, reads and writes are allowed and the rest is held.
    [[rule]]
    name = "destructive-needs-a-person"
    when = { connection = "*", class = ["destructive", "admin", "unknown"] }
    then = "hold"                       # allow | hold | deny
    expires = "5m"                      # unanswered requests are then denied
    quorum = 1

    """
  }

  static func approver(name: String, user: String?, key: String?) -> String {
    var text = "\n[[approver]]\nname = \(quote(name))\n"
    if let user { text += "user = \(quote(user))                     # the local user who is this approver\n" }
    if let key { text += "key = \(quote(key))\n" }
    return text
  }

  static func agent(name: String, verifier: String, onBehalfOf: String?, connections: [String]) -> String {
    var text = "\n[[agent]]\nname = \(quote(name))\n"
    text += "token = \(quote(verifier))  # a verifier, never the token\n"
    if let onBehalfOf { text += "on_behalf_of = \(quote(onBehalfOf))\n" }
    if !connections.isEmpty { text += "connections = [\(connections.map(quote).joined(separator: ", "))]\n" }
    return text
  }

  static func connection(
    name: String, listen: HostPort, url: PostgresURL, passwordFile: String?, tls: ConnectionSection.UpstreamTLS
  ) -> String {
    let password = passwordFile.map { ", password_file = \(quote($0))" } ?? ""
    return """

      [[connection]]
      name = \(quote(name))
      protocol = "postgres"
      listen = \(quote(listen.description))
      capture = "strict"                  # strict | request | off
      unusual_settings = "refuse"         # refuse | allow
      upstream = { host = \(quote(url.host)), port = \(url.port), database = \(quote(url.database)), user = \(quote(url.user))\(password), tls = \(quote(tls.rawValue)) }

      """
  }

  /// A TOML basic string.
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      case _: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Takes out the block `[[section]]` with this name, together with the comment lines right above it; everything else stays as
  /// it is, byte for byte. `nil` where there is none.
  static func removing(_ section: String, named name: String, from text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let headers = lines.indices.filter { lines[$0].drop { $0 == " " || $0 == "\t" }.hasPrefix("[") }
    for (position, start) in headers.enumerated() where header(lines[start]) == "[[\(section)]]" {
      // Sub-tables (`[section.limits]`) belong to their block.
      var end = lines.count
      for next in headers[(position + 1)...] where !header(lines[next]).hasPrefix("[\(section).") {
        end = next
        break
      }
      guard lines[start..<end].contains(where: { named($0) == name }) else { continue }
      // Comments and empty lines right above the next header are that header's.
      while end > start + 1, end < lines.count, lines[end - 1].isEmpty || lines[end - 1].hasPrefix("#") { end -= 1 }
      var begin = start
      while begin > 0, lines[begin - 1].hasPrefix("#") { begin -= 1 }
      if begin > 0, lines[begin - 1].isEmpty { begin -= 1 }
      return (lines[..<begin] + lines[end...]).joined(separator: "\n")
    }
    return nil
  }

  private static func header(_ line: String) -> String {
    let body = line.prefix { $0 != "#" }
    return String(body.filter { $0 != " " && $0 != "\t" && $0 != "\r" })
  }

  private static func named(_ line: String) -> String? {
    let body = line.drop { $0 == " " || $0 == "\t" }
    guard body.hasPrefix("name") else { return nil }
    let rest = body.dropFirst(4).drop { $0 == " " || $0 == "\t" }
    guard rest.first == "=" else { return nil }
    let value = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
    guard let mark = value.first, mark == "\"" || mark == "'" else { return nil }
    return String(value.dropFirst().prefix { $0 != mark })
  }
}
