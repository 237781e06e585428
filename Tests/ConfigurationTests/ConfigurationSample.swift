@testable import Configuration

/// A configuration that is in order, and ways to put it out of order.
enum ConfigurationSample {
  static let verifier =
    "scram-sha-256:4096:AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f someone"

  static let text = """
    [recorder]
    store = "store"
    origin = "recorder.example.net/steno"
    ingest = "run/ingest.sock"
    query = "run/query.sock"

    [[agent]]
    name = "billing-fixer"
    token = "\(verifier)"
    on_behalf_of = "finance"

    [[approver]]
    name = "dba-on-call"
    key = "\(key)"
    user = "root"

    [[connection]]
    name = "orders"
    protocol = "postgres"
    listen = "127.0.0.1:6432"
    capture = "strict"
    unusual_settings = "refuse"
    upstream = { host = "127.0.0.1", port = 5432, database = "orders", user = "agent_rw", password_file = "secrets/orders", tls = "prefer" }

    [[rule]]
    name = "destructive-needs-a-person"
    when = { connection = "orders", class = ["destructive", "admin", "unknown"] }
    then = "hold"
    expires = "90s"
    quorum = 1
    """

  static func parse(_ text: String) throws(ConfigurationErrors) -> StenoConfiguration {
    try StenoConfiguration.parse(text, file: "/etc/steno/steno.toml")
  }

  /// The problems of the sample with one text put in place of another.
  static func problems(replacing old: String, with new: String) -> [ConfigurationProblem] {
    let pieces = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
    do {
      return try parse(pieces.joined(separator: new)).warnings
    } catch {
      return error.problems
    }
  }
}
