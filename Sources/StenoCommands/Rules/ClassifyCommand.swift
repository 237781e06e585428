import ArgumentParser
import Foundation
import Policy
import SessionModel

struct ClassifyCommand: AsyncParsableCommand {
  enum WireProtocol: String, ExpressibleByArgument, CaseIterable {
    case postgres, shell, http
  }

  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Says what requests do: read, write, destructive, admin or unknown.",
    discussion: """
      Reads one JSON object a line ({"text": …}; HTTP: {"method", "path", "body"}), writes one a line.

      Example:
        echo '{"text":"DELETE FROM refunds"}' | steno classify --protocol postgres
      """)

  @Option(name: .customLong("protocol"), help: "postgres, shell or http.") var wire: WireProtocol

  func run() async throws {
    if wire == .shell {
      throw CommandFailure("shell commands cannot be classified yet; --protocol postgres and http can")
    }
    var number = 0
    while let line = readLine(strippingNewline: true) {
      number += 1
      if line.allSatisfy(\.isWhitespace) { continue }
      try StandardOutput.json(try ClassifyCommand.answer(line, number: number, wire: wire))
    }
  }

  static func answer(_ line: String, number: Int, wire: WireProtocol) throws -> Answer {
    guard let input = try? JSONDecoder().decode(Input.self, from: Data(line.utf8)) else {
      throw CommandFailure("line \(number) is no JSON object with text; write {\"text\": \"SELECT 1\"}")
    }
    if wire == .postgres, input.text == nil {
      throw CommandFailure("line \(number) has no text; write {\"text\": \"SELECT 1\"}")
    }
    if wire == .http, input.method == nil || input.path == nil {
      throw CommandFailure("line \(number) needs method and path; write {\"method\": \"GET\", \"path\": \"/\"}")
    }
    let facts = Classify.statement(
      protocol: wire.rawValue, text: input.text ?? "", method: input.method, path: input.path, body: input.body)
    return Answer(facts)
  }

  private struct Input: Decodable {
    var text: String?
    var method: String?
    var path: String?
    var body: String?
  }

  struct Answer: Encodable {
    var statementClass: StatementClass
    var kind: String
    var objects: [String]
    var reasons: [String]

    init(_ facts: StatementFacts) {
      statementClass = facts.statementClass
      kind = facts.kind
      objects = facts.objects
      reasons = facts.reasons
    }

    enum CodingKeys: String, CodingKey {
      case statementClass = "class"
      case kind, objects, reasons
    }
  }
}
