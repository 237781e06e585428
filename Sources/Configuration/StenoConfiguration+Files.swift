import Foundation
import Policy

extension StenoConfiguration {
  /// What is wrong with the files that one program needs; beside what `load` has found, which no program can use.
  ///
  /// Each program runs under its own user and can check its own files only: the recorder never reads a target's password.
  package func problems(for role: Role) -> [ConfigurationProblem] {
    switch role {
    case .gateway: gatewayProblems()
    case .recorder: recorderProblems()
    case .reader: []
    }
  }

  private func gatewayProblems() -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if connections.isEmpty {
      problems.append(
        .init(path: "connection", message: "there is none; add one with steno connection add DIR NAME URL"))
    }
    problems += approverProblems()
    if agents.isEmpty {
      problems.append(
        .init(.warning, path: "agent", message: "there is none, so nobody can log in; steno agent add makes one"))
    }
    for (index, connection) in connections.enumerated() {
      let path = "connection[\(index)]"
      if let file = connection.upstream.passwordFile {
        problems += secretProblems(file, "\(path).upstream.password_file")
      }
      for (name, login) in [("read", connection.upstream.read), ("explain", connection.upstream.explain)] {
        if let file = login?.passwordFile { problems += secretProblems(file, "\(path).upstream.\(name)_password_file") }
      }
      if let file = connection.upstream.authorities {
        problems += readableProblems(file, "\(path).upstream.ca_file")
      }
      if let tls = connection.tls {
        problems += readableProblems(tls.certificate, "\(path).tls.certificate")
        problems += secretProblems(tls.key, "\(path).tls.key")
      }
    }
    if connections.contains(where: \.sealsOriginals) {
      do { _ = try investigators() } catch { problems += error.problems }
    }
    for (index, mask) in masks.enumerated() {
      if let file = mask.keyFile { problems += secretProblems(file, "mask[\(index)].key_file") }
    }
    return problems
  }

  private func recorderProblems() -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    var status = stat()
    if stat(recorder.store, &status) == 0 {
      if status.st_mode & S_IFMT != S_IFDIR {
        problems.append(.init(path: "recorder.store", message: "is not a directory"))
      } else if status.st_mode & 0o077 != 0 {
        problems.append(
          .init(path: "recorder.store", message: "others may enter it; chmod 0700 \(recorder.store)"))
      } else if status.st_uid != geteuid() {
        problems.append(
          .init(path: "recorder.store", message: "belongs to another user; run the recorder as that user"))
      }
    }
    if let tsa = timestamps { problems += readableProblems(tsa.authorities, "tsa.ca_file") }
    if let tls = recorder.ingestTLS {
      problems += linkProblems(tls.certificate, tls.key, tls.authorities, "recorder.ingest_tls")
      if !gateways.contains(where: { $0.certificate != nil }) {
        problems.append(
          .init(
            .warning, path: "recorder.ingest_tls",
            message: "nobody may use it: no [[gateway]] has a certificate"))
      }
    }
    problems += approverProblems()
    for (index, notification) in notifications.enumerated() {
      if let file = notification.secretFile { problems += secretProblems(file, "notify[\(index)].secret_file") }
    }
    if approvers.isEmpty {
      problems.append(
        .init(
          .warning, path: "approver",
          message: "there is none, so every held request expires; steno approver enrol adds one"))
    }
    return problems
  }

  /// Peer credentials prove nothing to a gateway that the recorder could lie to.
  private func approverProblems() -> [ConfigurationProblem] {
    guard !isTrial(recorderUID: geteuid()) else { return [] }
    return approvers.indices.filter { approvers[$0].key == nil }.map { index in
      ConfigurationProblem(
        .warning, path: "approver[\(index)].key",
        message: "is missing, and only signed decisions count here; steno approver enrol takes a .pub file")
    }
  }

  /// What is wrong with the files of a gateway's way to its recorder.
  package func linkProblems(of gateway: GatewaySection) -> [ConfigurationProblem] {
    guard let link = gateway.recorder, let index = gateways.firstIndex(where: { $0.name == gateway.name }) else {
      return []
    }
    return linkProblems(link.certificate, link.key, link.authorities, "gateway[\(index)].recorder")
  }

  private func linkProblems(
    _ certificate: String, _ key: String, _ authorities: String, _ path: String
  ) -> [ConfigurationProblem] {
    readableProblems(certificate, "\(path).certificate") + secretProblems(key, "\(path).key")
      + readableProblems(authorities, "\(path).ca_file")
  }

  private func secretProblems(_ file: String, _ path: String) -> [ConfigurationProblem] {
    let unreadable = readableProblems(file, path)
    guard unreadable.isEmpty else { return unreadable }
    var status = stat()
    guard stat(file, &status) == 0 else { return [] }
    if status.st_mode & 0o007 != 0 {
      return [.init(path: path, message: "everyone may read \(file); chmod 0600 \(file)")]
    }
    if status.st_mode & 0o070 != 0 {
      return [.init(.warning, path: path, message: "its group may read \(file); chmod 0600 unless that is meant")]
    }
    return []
  }

  private func readableProblems(_ file: String, _ path: String) -> [ConfigurationProblem] {
    guard access(file, R_OK) == 0 else {
      let reason = errno == ENOENT ? "does not exist" : "cannot be read by this user"
      return [.init(path: path, message: "\(file) \(reason)")]
    }
    return []
  }
}

extension StenoConfiguration.NotifySection {
  /// The first line of the secret's file; `nil` where there is none.
  package func secret() throws(ConfigurationErrors) -> [UInt8]? {
    guard let secretFile else { return nil }
    guard let data = FileManager.default.contents(atPath: secretFile), data.count <= 4096,
      let line = String(data: data, encoding: .utf8)?.split(whereSeparator: \.isNewline).first
    else {
      throw ConfigurationErrors(
        file: secretFile, problems: [.init(path: "secret_file", message: "cannot be read, or is empty")])
    }
    return Array(line.utf8)
  }
}

extension ConnectionSection {
  /// The target's password: the first line of its file; `nil` where the connection has none.
  package func upstreamPassword() throws(ConfigurationErrors) -> String? {
    try Self.password(in: upstream.passwordFile)
  }

  /// The first line of a password's file; `nil` without one.
  package static func password(in file: String?) throws(ConfigurationErrors) -> String? {
    guard let file else { return nil }
    guard let data = FileManager.default.contents(atPath: file), data.count <= 4096,
      let text = String(data: data, encoding: .utf8)
    else {
      throw ConfigurationErrors(
        file: file, problems: [.init(path: "password_file", message: "cannot be read, or is no password")])
    }
    return String(text.prefix { $0 != "\n" && $0 != "\r\n" && $0 != "\r" })
  }
}

extension MaskRule {
  /// The key of its hashed masks: the bytes of its file, without a line's end; `nil` where it has no file.
  package func key() throws(ConfigurationErrors) -> MaskKey? {
    guard let file = keyFile else { return nil }
    guard let data = FileManager.default.contents(atPath: file), data.count <= 4096 else {
      throw ConfigurationErrors(
        file: file, problems: [.init(path: "key_file", message: "cannot be read, or is no key")])
    }
    let bytes = Array(data.reversed().drop { $0 == 10 || $0 == 13 }.reversed())
    guard let key = MaskKey(bytes) else {
      throw ConfigurationErrors(
        file: file,
        problems: [
          .init(path: "key_file", message: "holds fewer than \(MaskKey.minimumBytes) bytes; use 32 random ones")
        ])
    }
    return key
  }
}
