import Foundation
import Policy
import QueryProtocol
import RecorderClient
import SessionModel

/// An HTTP archive: requests and answers of one client, with what proves who someone is left out.
///
/// Source: "HTTP Archive (HAR) format", version 1.2.
struct HARFile {
  /// Largest file, in bytes: it is read as one value.
  static let limit = 64 << 20
  /// Headers whose values are withheld.
  static let secretHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token",
    "x-csrf-token", "x-xsrf-token", "x-amz-security-token", "x-goog-api-key",
  ]
  static let withheld = "(withheld)"

  private let entries: [[String: Any]]
  let creator: String

  init(_ bytes: [UInt8]) throws(ImportFault) {
    guard bytes.count <= HARFile.limit else {
      throw ImportFault(reason: "a HAR of more than \(HARFile.limit >> 20) MiB: cut it into several")
    }
    guard let log = ImportFile.object(bytes)?["log"] as? [String: Any], let list = log["entries"] as? [Any] else {
      throw ImportFault(reason: "not a HAR: it has no log with entries")
    }
    var entries: [[String: Any]] = []
    for (place, value) in list.enumerated() {
      guard let entry = value as? [String: Any], entry["request"] is [String: Any] else {
        throw ImportFault(reason: "entry \(place + 1) has no request")
      }
      entries.append(entry)
    }
    self.entries = entries
    creator = (log["creator"] as? [String: Any])?["name"] as? String ?? ""
  }

  var started: Timestamp? { entries.first.flatMap { ($0["startedDateTime"] as? String).flatMap(HARFile.time) } }

  var items: [ImportItem] {
    entries.flatMap { entry -> [ImportItem] in
      let request = entry["request"] as? [String: Any] ?? [:]
      let response = entry["response"] as? [String: Any] ?? [:]
      let method = request["method"] as? String ?? "GET"
      let url = HARFile.url(request["url"] as? String ?? "")
      let body = (request["postData"] as? [String: Any])?["text"] as? String ?? ""
      var step = ImportStep(operation: "request", text: ReActRun.cut("\(method) \(url)", ImportLimits.text))
      step.take(Classify.statement(protocol: "http", method: method, path: HARFile.path(url), body: body))
      if let time = entry["startedDateTime"] as? String { step.claims["recorded"] = ReActRun.cut(time, 100) }
      let requestText = "\(method) \(url) HTTP/1.1\r\n" + HARFile.headers(request) + "\r\n" + body
      let status = (response["status"] as? NSNumber)?.intValue ?? 0
      let reason = ReActRun.cut(response["statusText"] as? String ?? "", 200)
      let content = response["content"] as? [String: Any]
      var answer = Array("HTTP/1.1 \(status) \(reason)\r\n\(HARFile.headers(response))\r\n".utf8)
      let text = content?["text"] as? String ?? ""
      if content?["encoding"] as? String == "base64", let data = Data(base64Encoded: text) {
        answer += data
      } else {
        answer += Array(text.utf8)
      }
      let took = (entry["time"] as? NSNumber).map { Int64(max(0, min(1e12, $0.doubleValue)) * 1000) }
      let outcome = ImportOutcome(
        tag: "\(status) \(reason)",
        error: status >= 400 || status == 0 ? ResponseError(code: String(status), message: reason) : nil, took: took)
      var items = ReActRun.begin(&step, requestText)
      let parts = stride(from: 0, to: answer.count, by: ImportLimits.bytes).map {
        Data(answer[$0..<min(answer.count, $0 + ImportLimits.bytes)]).base64EncodedString()
      }
      for part in parts.dropLast() { items.append(.output(events: nil, bytes: part, outcome: nil)) }
      items.append(.output(events: nil, bytes: parts.last ?? "", outcome: outcome))
      return items
    }
  }

  private static func headers(_ message: [String: Any]) -> String {
    var text = ""
    for case let header as [String: Any] in message["headers"] as? [Any] ?? [] {
      guard let name = header["name"] as? String, let value = header["value"] as? String else { continue }
      let isSecret = secretHeaders.contains(name.lowercased())
      text += "\(line(name)): \(isSecret ? withheld : line(value))\r\n"
    }
    return text
  }

  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }

  /// The address with the values of its parameters withheld that are named like a secret, and a password before its host.
  static func url(_ text: String) -> String {
    var text = line(text)
    if let scheme = text.range(of: "://") {
      let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      if let at = authority.lastIndex(of: "@") { text.replaceSubrange(scheme.upperBound..<at, with: withheld) }
    }
    guard let mark = text.firstIndex(of: "?") else { return text }
    let query = text[text.index(after: mark)...]
    let shown = query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
      guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
      let name = pair[..<equals].lowercased()
      let isSecret = ["token", "key", "secret", "password", "passwd", "signature", "sig", "auth", "code"].contains {
        name == $0 || name.hasSuffix("_" + $0) || name.hasSuffix("-" + $0) || name.hasPrefix($0 + "_")
      }
      return isSecret ? pair[...equals] + withheld : String(pair)
    }
    return text[...mark] + shown.joined(separator: "&")
  }

  private static func path(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  /// RFC 3339, with an offset or `Z`.
  private static func time(_ text: String) -> Timestamp? {
    let form = ISO8601DateFormatter()
    for options: ISO8601DateFormatter.Options in [
      [.withInternetDateTime, .withFractionalSeconds], [.withInternetDateTime],
    ] {
      form.formatOptions = options
      if let date = form.date(from: text) {
        let microseconds = date.timeIntervalSince1970 * 1_000_000
        return abs(microseconds) < 1e17 ? Timestamp(microseconds: Int64(microseconds)) : nil
      }
    }
    return nil
  }
}

extension ImportCommand {
  func archive(_ file: ImportFile, _ client: RecorderClient) async throws -> Int {
    let archive: HARFile
    do {
      archive = try HARFile(file.bytes)
    } catch {
      throw CommandFailure("\(Shown.line(file.path)): \(error)", status: 1)
    }
    let origin = ImportOrigin(
      by: "", file: file.name, digest: file.digest, size: Int64(file.bytes.count), format: "har",
      recorded: archive.started)
    let start = ImportStart(
      origin: origin, proto: "http", agent: agent, target: file.name,
      claims: archive.creator.isEmpty ? [:] : ["creator": ReActRun.cut(archive.creator, 200)])
    let link = try await ImportLink(start, client)
    for item in archive.items { try await link.send(item) }
    try await link.finish()
    try tell(link, file, "har", nil)
    return 0
  }
}
