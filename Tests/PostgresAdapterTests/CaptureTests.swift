import Foundation
import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Testing

/// Conversations of real clients with real servers, cut out of packet captures.
struct PostgresCapture: Sendable, CustomTestStringConvertible {
  var name: String
  var client: [UInt8] = []
  var server: [UInt8] = []

  var testDescription: String { name }

  static let names = [
    "greenhouse-app", "psql-create-insert-select-delete-drop", "psql-login-no-role", "psql-login-no-sslrequest",
  ]

  /// The folder of captures beside the checkout; `nil` where it is not there.
  static let folder: URL? = {
    var candidates = [URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../shared")]
    if let named = ProcessInfo.processInfo.environment["STENO_SHARED"] {
      candidates.insert(URL(fileURLWithPath: named), at: 0)
    }
    candidates.append(URL(fileURLWithPath: FileManager.default.currentDirectoryPath).appending(path: "../shared"))
    return candidates.map { $0.standardized.appending(path: "data/postgres_captures") }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }()

  /// Puts the segments of the capture's first conversation together, by sequence number. Link types: Ethernet, loopback, raw.
  init?(_ name: String) {
    guard let folder = PostgresCapture.folder,
      let data = try? Data(contentsOf: folder.appending(path: name + ".pcap"))
    else { return nil }
    self.name = name
    let bytes = [UInt8](data)
    func little(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    func big(_ at: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 << 8 | Int(bytes[at + $1]) } }
    guard bytes.count > 24, little(0) & 0xFFFF_FFFF == 0xA1B2_C3D4 else { return nil }
    let link = [1: 14, 0: 4, 101: 0, 113: 16][little(20)] ?? 14
    var at = 24
    var next: [Int: Int] = [:]
    var clientPort: Int?
    while at + 16 <= bytes.count {
      let length = little(at + 8)
      let packet = at + 16 + link
      at += 16 + length
      guard at <= bytes.count, length >= link + 40, bytes[packet] >> 4 == 4, bytes[packet + 9] == 6 else { continue }
      let tcp = packet + Int(bytes[packet] & 15) * 4
      let end = packet + big(packet + 2, 2)
      let source = big(tcp, 2)
      let sequence = big(tcp + 4, 4)
      let payload = tcp + Int(bytes[tcp + 12] >> 4) * 4
      if bytes[tcp + 13] & 2 != 0 {
        if clientPort == nil { clientPort = source }
        next[source] = sequence + 1
        continue
      }
      guard let client = clientPort, source == client || big(tcp + 2, 2) == client, payload < end else { continue }
      guard sequence == next[source, default: sequence] else { continue }
      next[source] = sequence + end - payload
      if source == client { self.client += bytes[payload..<end] } else { server += bytes[payload..<end] }
    }
  }

  /// What the client sent behind its login, up to its goodbye.
  var requests: [UInt8] {
    var at = 0
    while at + 8 <= client.count, client[at] == 0 {
      at += client[(at)..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    while at + 5 <= client.count, client[at] == UInt8(ascii: "p") {
      at += 1 + client[(at + 1)..<(at + 5)].reduce(0) { $0 << 8 | Int($1) }
    }
    return Array(client.dropFirst(at))
  }

  /// What the server sent behind its first ReadyForQuery; `nil` where there is none.
  var answers: [UInt8]? {
    var at = server.first == UInt8(ascii: "N") && server.count > 1 && server[1] != 0 ? 1 : 0
    while at + 5 <= server.count {
      let type = server[at]
      at += 1 + server[(at + 1)..<(at + 5)].reduce(0) { $0 << 8 | Int($1) }
      if type == UInt8(ascii: "Z") { return Array(server.dropFirst(at)) }
    }
    return nil
  }
}

@Suite(
  "Captured conversations", .enabled(if: PostgresCapture.folder != nil, "the captures are not beside this checkout"))
struct CaptureTests {
  @Test(
    "A captured session passes unchanged and is on record whole", arguments: PostgresCapture.names, [1, 7, 100_000])
  func passes(_ name: String, _ piece: Int) throws {
    let capture = try #require(PostgresCapture(name))
    guard let answers = capture.answers else {
      #expect(!capture.server.isEmpty)
      return
    }
    var session = try ScriptedSession.ready(ScriptedSession.settings(allowsUnusual: true))
    session.allowsAll = true
    var requests = capture.requests[...]
    if requests.suffix(5).elementsEqual(WireWriter.message("X")) { requests = requests.dropLast(5) }
    let sent = Array(requests)
    // The client's own pauses are lost: each request goes when the one before it has been answered.
    var rest = answers[...]
    while let type = requests.first {
      var group: [UInt8] = []
      var last = type
      while let type = requests.first, requests.count >= 5 {
        let length = 1 + requests.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        group += requests.prefix(length)
        requests = requests.dropFirst(length)
        last = type
        if type == UInt8(ascii: "Q") || type == UInt8(ascii: "S") { break }
      }
      for start in stride(from: 0, to: group.count, by: piece) {
        session.send(Array(group[start..<min(start + piece, group.count)]), from: .client)
      }
      guard last == UInt8(ascii: "Q") || last == UInt8(ascii: "S") else { break }
      var answer: [UInt8] = []
      while rest.count >= 5, let type = rest.first {
        let length = 1 + rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        answer += rest.prefix(length)
        rest = rest.dropFirst(length)
        if type == UInt8(ascii: "Z") { break }
      }
      for start in stride(from: 0, to: answer.count, by: piece) {
        session.send(Array(answer[start..<min(start + piece, answer.count)]), from: .upstream)
      }
      try #require(session.end == nil)
    }
    #expect(session.toUpstream == sent)
    #expect(session.unrecorded == 0)
    #expect(session.toClient == Array(answers.prefix(session.toClient.count)))
    #expect(session.wire(.response).count + session.wire(.note).count >= session.toClient.count)
  }

  @Test(
    "What is no PostgreSQL at all ends before anything is said",
    arguments: ["http-on-port-5432", "bad-startup-message-1"])
  func garbage(_ name: String) throws {
    let capture = try #require(PostgresCapture(name))
    var session = ScriptedSession()
    session.send(capture.client, from: .client)
    #expect(session.end?.failed == true || session.end == nil && session.toUpstream.isEmpty)
    #expect(session.toUpstream.isEmpty)
  }
}
