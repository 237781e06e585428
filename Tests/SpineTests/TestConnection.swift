/// One `[[connection]]` of a test's configuration.
struct TestConnection {
  var name = "orders"
  var capture = "strict"
  var host = "127.0.0.1"
  /// The target's port; `nil` for the world's own PostgreSQL.
  var port: Int?
  var user = "postgres"
  /// The target's password, in a file of its own; `nil` for none.
  var password: String? = PostgresCluster.password
  var tls = "prefer"
  /// PEM file of the authorities for the target's certificate.
  var authorities: String?
  /// The listener's certificate; with it, clients without TLS are refused.
  var listener: Certificates.Pair?
  /// Further settings of the target.
  var upstream: [String] = []
  /// Further lines of the section.
  var extra = ""
}
