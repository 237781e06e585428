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
        echo '{"text":"sudo bash -c \\"rm -rf /srv\\""}' | steno classify --protocol shell
      """)

  @Option(name: .customLong("protocol"), help: "postgres, shell or http.") var wire: WireProtocol

  func run() async throws {
    var number = 0
    while let line = readLine(strippingNewline: true) {
      number += 1
      if line.allSatisfy(\.isWhitespace) { continue }
      try StandardOutput.json(ClassifyCommand.answer(line, number: number, wire: wire))
    }
  }

  /// One line's answer. A line that cannot be read is `unknown`, with what is wrong, and the next is read all the same.
  static func answer(_ line: String, number: Int, wire: WireProtocol) -> Answer {
    guard let input = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] else {
      return Answer(error: "line \(number) is no JSON object; write {\"text\": \"SELECT 1\"}")
    }
    if wire == .http {
      guard let method = input["method"] as? String, let path = input["path"] as? String else {
        return Answer(error: "line \(number) needs method and path; write {\"method\": \"GET\", \"path\": \"/\"}")
      }
      return Answer(Classify.statement(protocol: "http", method: method, path: path, body: body(input["body"])))
    }
    guard let text = input["text"] as? String else {
      return Answer(error: "line \(number) has no text; write {\"text\": \"SELECT 1\"}")
    }
    return Answer(Classify.statement(protocol: wire.rawValue, text: text))
  }

  /// A body as text; one that is written as JSON itself is put into its text form.
  private static func body(_ value: Any?) -> String {
    if let text = value as? String { return text }
    guard let value, JSONSerialization.isValidJSONObject(value),
      let data = try? JSONSerialization.data(withJSONObject: value)
    else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  struct Answer: Encodable {
    var statementClass: StatementClass
    var kind: String
    var objects: [String]
    var reasons: [String]
    /// Set only where the line could not be read.
    var error: String?

    init(_ facts: StatementFacts) {
      statementClass = facts.statementClass
      kind = facts.kind
      objects = facts.objects
      reasons = facts.reasons
    }

    init(error: String) {
      self.init(StatementFacts(statementClass: .unknown, kind: "unknown", reasons: ["bad_input"]))
      self.error = error
    }

    enum CodingKeys: String, CodingKey {
      case statementClass = "class"
      case kind, objects, reasons, error
    }
  }
}
