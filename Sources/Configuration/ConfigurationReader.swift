import Foundation
import Policy
import SessionModel
import Signatures

/// Reads the sections in the order of the contract, checking each against the others.
struct ConfigurationReader {
  var root: SectionReader
  let directory: String
  let problems: ProblemList
  /// Approvers that have been read.
  var known: [StenoConfiguration.ApproverSection] = []

  mutating func read(file: String) -> StenoConfiguration? {
    let recorder = readRecorder()
    let gateways = readGateways()
    let (connections, names) = readConnections()
    let agents = readAgents(connections: names)
    let approvers = readApprovers()
    known = approvers
    let rules = readRules(connections: names, agents: agents.map(\.name))
    let programs = readPrograms()
    let masks = readMasks(connections: names)
    let witnesses = readWitnesses()
    let timestamps = readTimestamps()
    let notifications = readNotifications()
    let retention = readRetention(connections: names)
    let limit = readApprovalLimit()
    let investigators = readInvestigators(connections)
    root.finish()
    guard let recorder else { return nil }
    var configuration = StenoConfiguration(
      file: file, directory: directory, recorder: recorder, gateways: gateways, agents: agents, approvers: approvers,
      connections: connections, rules: rules, programs: programs, masks: masks, notifications: notifications,
      warnings: problems.problems.filter { $0.severity == .warning }, witnesses: witnesses, timestamps: timestamps,
      retention: retention)
    configuration.approvalLimit = limit
    configuration.investigatorFiles = investigators
    return configuration
  }

  private mutating func readRecorder() -> StenoConfiguration.RecorderSection? {
    guard var section = root.table("recorder") else {
      problems.error("recorder", "is missing; add a [recorder] section with store, origin, ingest and query")
      return nil
    }
    // A gateway whose recorder is on another host has neither its store nor its sockets.
    let isAway = !root.has("gateway") ? false : root.tables("gateway").allSatisfy { $0.has("recorder") }
    func place(_ key: String, _ usual: String) -> String? {
      isAway && !section.has(key) ? usual : section.requiredString(key, example: "\"\(usual)\"")
    }
    let store = place("store", "store")
    let origin = section.requiredString("origin", example: "\"recorder.example.net/steno\"")
    let ingest = place("ingest", "run/ingest.sock")
    let query = place("query", "run/query.sock")
    let ingestTLS = readIngestTLS(&section)
    let witnessing = readWitnessPolicy(&section)
    let logKey = readLogKey(&section)
    let uid = user(&section)
    let readers = (section.strings("readers") ?? []).enumerated().compactMap { index, name in
      resolve(name, path: "\(section.path("readers"))[\(index)]")
    }
    let retention = retentionInterval(&section)
    section.finish()
    // A `+` or a space in the name would break the verifier key's and the note's syntax (C2SP signed-note).
    if let origin, origin.utf8.count > 200 || origin.contains(where: { $0.isWhitespace || $0 == "+" }) {
      problems.error(
        section.path("origin"), "has a space or a + or is longer than 200 bytes; use a name like host/steno")
    }
    guard let store, let origin, let ingest, let query else { return nil }
    let result = StenoConfiguration.RecorderSection(
      store: resolvePath(store), origin: origin, ingest: socket(ingest, section.path("ingest")),
      query: socket(query, section.path("query")), ingestTLS: ingestTLS, uid: uid, readers: readers,
      witnessing: witnessing, logKey: logKey, retentionInterval: retention)
    if result.ingest == result.query {
      problems.error(section.path("query"), "is the same socket as recorder.ingest; the two have different permissions")
    }
    return result
  }

  private mutating func readAgents(connections: [String]) -> [StenoConfiguration.AgentSection] {
    var names = UniqueNames(what: "agent", problems: problems)
    var agents: [StenoConfiguration.AgentSection] = []
    for var section in root.tables("agent") {
      let name = names.take(&section, example: "\"billing-fixer\"")
      let token = section.requiredString("token", example: "\"scram-sha-256:…\" (steno agent add makes one)")
      let onBehalfOf = section.string("on_behalf_of")
      let allowed = section.strings("connections")
      section.finish()
      if let allowed, allowed.isEmpty {
        problems.error(section.path("connections"), "is empty; leave the key out to allow all connections")
      }
      for (index, connection) in (allowed ?? []).enumerated() where !connections.contains(connection) {
        problems.error(
          "\(section.path("connections"))[\(index)]", "is \(quoted(connection)), which is no connection's name")
      }
      guard let token else { continue }
      guard let verifier = TokenScheme.verifier(token) else {
        problems.error(
          section.path("token"),
          "is not a verifier (scram-sha-256:ITERATIONS:SALT$STOREDKEY:SERVERKEY); a token itself never stands here, "
            + "steno agent add makes both")
        continue
      }
      if let name {
        agents.append(.init(name: name, verifier: verifier, onBehalfOf: onBehalfOf, connections: allowed ?? []))
      }
    }
    return agents
  }

  private mutating func readApprovers() -> [StenoConfiguration.ApproverSection] {
    var names = UniqueNames(what: "approver", problems: problems)
    var users = Set<UInt32>()
    var keys = Set<SSHPublicKey>()
    var approvers: [StenoConfiguration.ApproverSection] = []
    for var section in root.tables("approver") {
      let name = names.take(&section, example: "\"dba-on-call\"")
      let key = section.string("key")
      let uid = user(&section)
      let groups = section.has("groups") ? list(&section, "groups") : []
      section.finish()
      if let key {
        if let parsed = SSHPublicKey(line: key) {
          if !keys.insert(parsed).inserted {
            problems.error(
              section.path("key"), "is the key of an approver before it too; one person is one approver")
          }
        } else {
          problems.error(
            section.path("key"),
            "is not an OpenSSH public key of a kind that can decide (ed25519, ecdsa, rsa from 2048 bits); copy the line of a .pub file"
          )
        }
      }
      if key == nil, uid == nil, !section.has("user"), !section.has("uid") {
        problems.error(section.path, "has neither key nor user; nobody could decide under this name")
      }
      if let uid, !users.insert(uid).inserted {
        problems.error(section.path, "is the same user as an approver before it; one person is one approver")
      }
      if let name { approvers.append(.init(name: name, key: key, uid: uid, groups: groups)) }
    }
    return approvers
  }

  func resolvePath(_ path: String) -> String {
    StenoConfiguration.absolute(path, in: directory)
  }

  private func socket(_ path: String, _ keyPath: String) -> String {
    let full = resolvePath(path)
    if full.utf8.count > StenoConfiguration.longestSocketPath {
      problems.error(
        keyPath,
        "is \(full.utf8.count) bytes as an absolute path, and a Unix socket's path may have 107; use a shorter one such "
          + "as /run/steno/\(full.split(separator: "/").last ?? "query.sock")")
    }
    return full
  }

  func user(_ section: inout SectionReader) -> UInt32? {
    let number = section.integer("uid")
    let name = section.string("user")
    if number != nil, name != nil {
      problems.error(section.path("uid"), "stands beside user; keep one of the two")
    }
    if let number {
      guard let uid = UInt32(exactly: number), uid != UInt32.max else {
        problems.error(section.path("uid"), "is not a user's number")
        return nil
      }
      return uid
    }
    return name.flatMap { resolve($0, path: section.path("user")) }
  }

  private func resolve(_ name: String, path: String) -> UInt32? {
    guard let uid = LocalUser.uid(name) else {
      problems.error(path, "is \(quoted(name)), which is no user of this machine")
      return nil
    }
    return uid
  }
}

/// Names of one kind of section: present, of a safe alphabet, and used once.
struct UniqueNames {
  let what: String
  let problems: ProblemList
  private(set) var seen = Set<String>()

  init(what: String, problems: ProblemList) {
    self.what = what
    self.problems = problems
  }

  mutating func take(_ section: inout SectionReader, example: String) -> String? {
    guard let name = section.requiredString("name", example: example) else { return nil }
    guard UniqueNames.isValid(name) else {
      problems.error(
        section.path("name"), "is \(quoted(name)); names have up to 63 letters, digits, dots, dashes and underscores")
      return nil
    }
    guard seen.insert(name).inserted else {
      problems.error(section.path("name"), "is \(quoted(name)), like another \(what) before it; names are used once")
      return nil
    }
    return name
  }

  static func isValid(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 63 && name != "." && name != ".."
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        case _: false
        }
      }
  }
}
