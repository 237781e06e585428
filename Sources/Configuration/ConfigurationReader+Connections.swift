import SessionModel

extension ConfigurationReader {
  /// The connections that are in order, and the names of all: a mistake in one must not make rules that name it look wrong.
  mutating func readConnections() -> (sections: [ConnectionSection], names: [String]) {
    var names = UniqueNames(what: "connection", problems: problems)
    var listeners: [String: String] = [:]
    var connections: [ConnectionSection] = []
    for var section in root.tables("connection") {
      let name = names.take(&section, example: "\"orders\"")
      let proto = section.requiredString("protocol", example: "\"postgres\"")
      let listen = section.requiredString("listen", example: "\"127.0.0.1:6432\"")
      let capture = section.has("capture") ? section.word("capture", CaptureMode.self) : .strict
      let unusual = section.word("unusual_settings", UnusualSettings.self) ?? .refuse
      let upstream = readUpstream(&section)
      let tls = readListenerTLS(&section)
      let limits = readLimits(&section)
      let discovers = readDiscovery(&section)
      let originals = section.word("originals", Originals.self) ?? .none
      section.finish()
      checkProtocol(proto, section.path("protocol"))
      var address: HostPort?
      if let listen {
        address = HostPort(listen)
        if address == nil {
          problems.error(
            section.path("listen"), "is \(quoted(listen)); write host:port, for example \"127.0.0.1:6432\"")
        } else if let other = listeners[listen] {
          problems.error(section.path("listen"), "is \(quoted(listen)), which \(other) uses already; take another port")
        }
        listeners[listen] = section.path
      }
      guard let name, let proto, let address, let capture, let upstream else { continue }
      var connection = ConnectionSection(
        name: name, proto: proto, listenHost: address.host, listenPort: address.port, capture: capture,
        allowsUnusualSettings: unusual == .allow, upstream: upstream, tls: tls, limits: limits,
        discovers: discovers)
      connection.sealsOriginals = originals == .sealed
      connections.append(connection)
    }
    return (connections, Array(names.seen))
  }

  private enum Originals: String, CaseIterable {
    case none, sealed
  }

  private enum UnusualSettings: String, CaseIterable {
    case refuse, allow
  }

  private func checkProtocol(_ name: String?, _ path: String) {
    guard let name else { return }
    switch name {
    case "postgres": break
    case "http", "ssh": problems.error(path, "is \"\(name)\", which is not available yet; only \"postgres\" is")
    case _: problems.error(path, "is \(quoted(name)), which is no protocol; only \"postgres\" is available")
    }
  }

  private mutating func readUpstream(_ section: inout SectionReader) -> ConnectionSection.Upstream? {
    guard var upstream = section.table("upstream") else {
      if !section.has("upstream") {
        problems.error(
          section.path("upstream"),
          "is missing; add upstream = { host = \"127.0.0.1\", port = 5432, database = \"orders\", user = \"agent_rw\" }"
        )
      }
      return nil
    }
    let host = upstream.requiredString("host", example: "\"127.0.0.1\"")
    let port = upstream.has("port") ? upstream.integer("port") : 5432
    let database = upstream.requiredString("database", example: "\"orders\"")
    let user = upstream.requiredString("user", example: "\"agent_rw\"")
    let password = upstream.string("password_file")
    let tls = upstream.has("tls") ? upstream.word("tls", ConnectionSection.UpstreamTLS.self) : .prefer
    let authorities = upstream.string("ca_file")
    let read = readLogin(&upstream, "read")
    let explain = readLogin(&upstream, "explain")
    if upstream.has("password") {
      _ = upstream.string("password")
      problems.error(
        upstream.path("password"),
        "must not stand in this file; put it in a file of mode 0600 and name that as password_file")
    }
    upstream.finish()
    if let port, !(1...65_535).contains(port) {
      problems.error(upstream.path("port"), "is \(port); ports are 1 to 65535")
    }
    for (key, value) in [("host", host), ("database", database), ("user", user)] {
      if let value, value.utf8.contains(0) || value.utf8.count > 255 {
        problems.error(upstream.path(key), "has a zero byte or more than 255 bytes")
      }
    }
    if authorities != nil, let tls, tls != .verifyCA, tls != .verifyFull {
      problems.warning(
        upstream.path("ca_file"), "is not used with tls = \"\(tls.rawValue)\"; verify-ca or verify-full check it")
    }
    guard let host, let port, (1...65_535).contains(port), let database, let user, let tls else { return nil }
    return ConnectionSection.Upstream(
      host: host, port: port, database: database, user: user, passwordFile: password.map(resolvePath), tls: tls,
      authorities: authorities.map(resolvePath), read: read, explain: explain)
  }

  /// `NAME_user` and `NAME_password_file`.
  private func readLogin(_ upstream: inout SectionReader, _ name: String) -> ConnectionSection.Login? {
    let user = upstream.string("\(name)_user")
    let file = upstream.string("\(name)_password_file")
    if file != nil, user == nil {
      problems.error(upstream.path("\(name)_password_file"), "has no use without \(name)_user")
    }
    guard let user else { return nil }
    if user.isEmpty || user.utf8.contains(0) || user.utf8.count > 255 {
      problems.error(upstream.path("\(name)_user"), "is empty, has a zero byte or more than 255 bytes")
    }
    return ConnectionSection.Login(user: user, passwordFile: file.map(resolvePath))
  }

  private mutating func readListenerTLS(_ section: inout SectionReader) -> ConnectionSection.ListenerTLS? {
    guard var tls = section.table("tls") else { return nil }
    let certificate = tls.requiredString("certificate", example: "\"tls/server.pem\"")
    let key = tls.requiredString("key", example: "\"tls/server.key\"")
    let required = tls.boolean("required") ?? false
    tls.finish()
    guard let certificate, let key else { return nil }
    return .init(certificate: resolvePath(certificate), key: resolvePath(key), required: required)
  }

  private mutating func readLimits(_ section: inout SectionReader) -> ConnectionSection.Limits {
    var limits = ConnectionSection.Limits()
    guard var table = section.table("limits") else { return limits }
    // What the recorder takes in one record is the most that a message may be.
    limits.message = size(&table, "message", 64 << 10, 64 << 20)
    limits.upstreamMessage = size(&table, "upstream_message", 64 << 10, 1 << 30)
    limits.responseChunk = size(&table, "response_chunk", 4 << 10, 4 << 20)
    if let pipeline = table.integer("pipeline") {
      if (1...1_000_000).contains(pipeline) {
        limits.pipeline = pipeline
      } else {
        problems.error(table.path("pipeline"), "is \(pipeline); 1 to 1000000 requests may be in flight")
      }
    }
    table.finish()
    return limits
  }

  private func size(_ table: inout SectionReader, _ key: String, _ least: Int, _ most: Int) -> Int? {
    guard let text = table.string(key) else { return nil }
    guard let bytes = ConfigurationUnits.bytes(text) else {
      problems.error(table.path(key), "is \(quoted(text)), which is no size; write for example \"64MiB\" or \"256KiB\"")
      return nil
    }
    guard (least...most).contains(bytes) else {
      problems.error(table.path(key), "is \(bytes) bytes; it must be from \(least) to \(most)")
      return nil
    }
    return bytes
  }
}
