import Configuration

/// `postgresql://user:password@host:port/database?sslmode=…`, as libpq reads it ("Connection URIs", PostgreSQL 15, 34.1.1.2).
struct PostgresURL: Equatable, Sendable {
  var user: String
  var password: String?
  var host: String
  var port: Int
  var database: String
  var parameters: [Parameter] = []

  struct Parameter: Equatable, Sendable {
    var name: String
    var value: String
  }

  init(
    user: String, password: String?, host: String, port: Int, database: String, parameters: [Parameter] = []
  ) {
    self.user = user
    self.password = password
    self.host = host
    self.port = port
    self.database = database
    self.parameters = parameters
  }

  /// - Throws: `CommandFailure` with what is wrong; never the password.
  init(_ text: String) throws(CommandFailure) {
    guard let scheme = ["postgresql://", "postgres://"].first(where: { text.lowercased().hasPrefix($0) }) else {
      throw CommandFailure(
        "the target's URL must begin with postgresql://; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    }
    var rest = text.dropFirst(scheme.count)
    var query: Substring = ""
    if let mark = rest.firstIndex(of: "?") {
      query = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    let slash = rest.firstIndex(of: "/")
    let authority = rest[..<(slash ?? rest.endIndex)]
    let path = slash.map { rest[rest.index(after: $0)...] } ?? ""
    // The last @: a password may hold one, though it should be written %40.
    guard let at = authority.lastIndex(of: "@") else {
      throw CommandFailure("the target's URL names no user; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    }
    let credentials = authority[..<at]
    let colon = credentials.firstIndex(of: ":")
    user = try PostgresURL.decode(credentials[..<(colon ?? credentials.endIndex)], "user")
    if let colon {
      password = try PostgresURL.decode(credentials[credentials.index(after: colon)...], "password")
    }
    guard !user.isEmpty else {
      throw CommandFailure("the target's URL names no user; write postgresql://USER@HOST/DATABASE")
    }
    (host, port) = try PostgresURL.address(authority[authority.index(after: at)...])
    let name = try PostgresURL.decode(path, "database")
    database = name.isEmpty ? user : name
    for pair in query.split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2 else {
        throw CommandFailure("the target's URL has a parameter without a value; write NAME=VALUE")
      }
      parameters.append(
        Parameter(
          name: try PostgresURL.decode(halves[0], "parameter's name"),
          value: try PostgresURL.decode(halves[1], "parameter's value")))
    }
  }

  private static func address(_ text: Substring) throws(CommandFailure) -> (String, Int) {
    guard !text.contains(",") else { throw CommandFailure("the target's URL names several hosts; name one") }
    var host = String(text)
    var port = 5432
    let tail = text.lastIndex(of: "]").map { text[$0...] } ?? text
    if let colon = tail.lastIndex(of: ":") {
      guard let number = Int(tail[tail.index(after: colon)...]), (1...65_535).contains(number) else {
        throw CommandFailure("the target's URL has no usable port; ports are 1 to 65535")
      }
      port = number
      host = String(text[..<colon])
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    host = try decode(Substring(host), "host")
    guard !host.isEmpty, !host.hasPrefix("/") else {
      throw CommandFailure("the target's URL names no TCP host; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    }
    return (host, port)
  }

  /// The configuration's word for the URL's `sslmode`.
  func tls() throws(CommandFailure) -> ConnectionSection.UpstreamTLS {
    var result = ConnectionSection.UpstreamTLS.prefer
    for parameter in parameters {
      guard parameter.name == "sslmode" else {
        throw CommandFailure(
          "the target's URL has the parameter \(Shown.line(parameter.name, limit: 40)), which is not supported; only sslmode is"
        )
      }
      switch parameter.value {
      case "disable": result = .disable
      case "allow", "prefer": result = .prefer
      case "require": result = .require
      case "verify-ca": result = .verifyCA
      case "verify-full": result = .verifyFull
      case _:
        throw CommandFailure(
          "the target's URL has an unknown sslmode; it is disable, allow, prefer, require, verify-ca or verify-full")
      }
    }
    return result
  }

  /// Usable by libpq and drivers as it is.
  var text: String {
    let secret = password.map { ":" + PostgresURL.encode($0) } ?? ""
    let place = host.contains(":") ? "[\(host)]" : PostgresURL.encode(host)
    let query = parameters.map { "\(PostgresURL.encode($0.name))=\(PostgresURL.encode($0.value))" }
    return "postgresql://\(PostgresURL.encode(user))\(secret)@\(place):\(port)/\(PostgresURL.encode(database))"
      + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// Percent-encodes all but RFC 3986's unreserved characters.
  static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case _:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  static func decode(_ text: Substring, _ what: String) throws(CommandFailure) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), value != 0
      else {
        throw CommandFailure(
          "the target's URL has a % without two hexadecimal digits in its \(what); write %25 for a % sign")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("the target's URL is not UTF-8 in its \(what)")
    }
    return decoded
  }
}
