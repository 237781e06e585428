import Foundation
import SessionModel

/// What a request of an HTTP API does: by method, path, query and what its body names. GraphQL documents are parsed, JSON-RPC
/// and MCP calls read by their method and tool; SQL and command lines in the usual places go through their own classifiers.
///
/// What stays undecidable from one request: what a service does behind a name that does not say it.
enum HTTPClassifier {
  /// Longest body that is looked at, in bytes; a longer one that may act is `unknown`.
  static let maximumBody = 1 << 20

  /// A whole message as text: request line, header lines, an empty line, the body.
  static func facts(message: String) -> StatementFacts {
    // A line's end is one character to a string: it is taken apart first.
    let message = message.replacing("\r\n", with: "\n")
    let lines = message.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let words = lines[0].split(whereSeparator: \.isWhitespace)
    guard words.count >= 2 else {
      return StatementFacts(statementClass: .unknown, kind: "unknown", reasons: ["syntax"])
    }
    var body = ""
    if lines.count > 1 {
      let rest = lines[1]
      if rest.hasPrefix("\n") {
        body = String(rest.dropFirst())
      } else if let empty = rest.firstRange(of: "\n\n") {
        body = String(rest[empty.upperBound...])
      }
    }
    return facts(method: String(words[0]), path: String(words[1]), body: body)
  }

  static func facts(method: String, path: String, body: String) -> StatementFacts {
    let route = String(path.prefix { $0 != "?" && $0 != "#" })
    var reading = HTTPReading(method: method.uppercased(), route: route)
    reading.weighMethod()
    reading.weighQuery(path)
    reading.weighPath()
    guard body.utf8.count <= maximumBody else {
      reading.add(.unknown, "too_long")
      return reading.facts
    }
    if reading.method != "HEAD", body.contains(where: { !$0.isWhitespace }) { weigh(body, &reading) }
    reading.settle()
    for reason in Disguise.reasons(in: path) { reading.note(reason) }
    return reading.facts
  }

  private static func weigh(_ body: String, _ reading: inout HTTPReading) {
    let text = body.drop { $0.isWhitespace }
    switch text.first {
    case "{", "[":
      if let value = try? JSONSerialization.jsonObject(with: Data(body.utf8)) {
        HTTPBody.weigh(value, &reading)
      } else if let document = GraphQLDocument(body) {
        reading.weigh(document, operation: nil)
      } else if text.contains("\n"), HTTPBody.weighLines(body, &reading) {
        return
      } else {
        reading.add(.unknown, "body_unreadable")
      }
    case "<": HTTPBody.weighElements(body, &reading)
    default:
      if let document = GraphQLDocument(body), body.contains("{") {
        reading.weigh(document, operation: nil)
      } else if HTTPBody.isStatement(body) {
        reading.weigh(SQLClassifier().facts(body), as: "sql")
      } else if body.contains("=") {
        reading.weighFields(body)
      }
    }
  }
}
