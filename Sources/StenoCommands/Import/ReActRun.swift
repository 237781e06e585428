import Foundation
import Policy
import QueryProtocol
import RecorderClient
import SessionModel

/// One run of a ReAct agent, as a line of JSON: `environment`, `task`, and `steps` of `thought`, `action` and `observation`.
struct ReActRun {
  /// Bytes of a thought or a task that are kept beside their step; a longer one is cut, and says so.
  static let words = 4000

  let environment: String
  let task: String
  let steps: [(thought: String, action: String, observation: String)]

  /// - Throws: `ImportFault` when the line is no run.
  init(_ line: ArraySlice<UInt8>, number: Int) throws(ImportFault) {
    func fault(_ reason: String) -> ImportFault { ImportFault(line: number, reason: reason) }
    guard let object = ImportFile.object(line) else { throw fault("not a JSON object") }
    guard let list = object["steps"] as? [Any], list.count <= 100_000 else { throw fault("a run has a list of steps") }
    environment = object["environment"] as? String ?? ""
    task = object["task"] as? String ?? ""
    var steps: [(String, String, String)] = []
    for (place, value) in list.enumerated() {
      guard let step = value as? [String: Any], let action = step["action"] as? String else {
        throw fault("step \(place + 1) has no action")
      }
      let observation: String
      switch step["observation"] {
      case let text as String: observation = text
      case nil, is NSNull: observation = ""
      case let other?:
        guard JSONSerialization.isValidJSONObject(other), let data = try? JSONSerialization.data(withJSONObject: other)
        else { throw fault("step \(place + 1) has an observation that is no text") }
        observation = String(decoding: data, as: UTF8.self)
      }
      steps.append((step["thought"] as? String ?? "", action, observation))
    }
    self.steps = steps
  }

  /// What the importer reads the actions as.
  private var proto: String? {
    if environment.contains("sql") { return "postgres" }
    return environment.contains("bash") || environment.contains("shell") ? "shell" : nil
  }

  var items: [ImportItem] {
    var items: [ImportItem] = []
    if !task.isEmpty {
      var step = ImportStep(operation: "task", text: ReActRun.cut(task, ImportLimits.text))
      step.kind = "task"
      step.statementClass = .read
      items += ReActRun.items(step, request: task, answer: "")
    }
    for (thought, action, observation) in steps {
      let text = ReActRun.argument(of: action)
      var step = ImportStep(operation: "action", text: ReActRun.cut(text, ImportLimits.text))
      if !thought.isEmpty { step.claims["thought"] = ReActRun.cut(thought, ReActRun.words) }
      if text != action { step.claims["call"] = String(action.prefix { $0 != "[" }) }
      if let proto, text != action {
        step.take(Classify.statement(protocol: proto, text: step.text))
      } else {
        step.kind = "action"
      }
      items += ReActRun.items(step, request: text, answer: observation)
    }
    return items
  }

  /// A step's items, its bytes in pieces of what one may carry.
  private static func items(_ step: ImportStep, request: String, answer: String) -> [ImportItem] {
    var step = step
    var items = begin(&step, request)
    let answers = ReActRun.pieces(answer)
    for piece in answers.dropLast() { items.append(.output(events: nil, bytes: piece, outcome: nil)) }
    items.append(.output(events: nil, bytes: answers.last ?? "", outcome: ImportOutcome()))
    return items
  }

  /// A step and its request's bytes, which follow it where they are many.
  static func begin(_ step: inout ImportStep, _ request: String) -> [ImportItem] {
    let pieces = pieces(request)
    guard request.utf8.count > 8192 else {
      step.bytes = pieces.first
      return [.step(step)]
    }
    return [.step(step)] + pieces.map { .input(events: nil, bytes: $0) }
  }

  static func pieces(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: ImportLimits.bytes).map {
      Data(bytes[$0..<min(bytes.count, $0 + ImportLimits.bytes)]).base64EncodedString()
    }
  }

  /// What stands between the brackets of `execute[…]`; the action itself where it has no such form.
  static func argument(of action: String) -> String {
    guard action.hasSuffix("]"), let open = action.firstIndex(of: "["), open != action.startIndex,
      action[..<open].allSatisfy({ $0.isLetter || $0 == "_" })
    else { return action }
    return String(action[action.index(after: open)...].dropLast())
  }

  static func cut(_ text: String, _ limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    return String(decoding: text.utf8.prefix(limit - 40), as: UTF8.self) + "… (\(text.utf8.count) bytes)"
  }
}

extension ImportCommand {
  /// Imports each run as a session. A line that is none ends its session's import, and the next is taken all the same.
  func runs(_ file: ImportFile, _ client: RecorderClient) async throws -> Int {
    var lines = ImportLines(file.bytes)
    var cut = 0
    var part = 0
    var last: ImportLink?
    while let line = try nextLine(&lines, file) {
      if line.allSatisfy({ $0 == 32 || $0 == 9 }) { continue }
      part += 1
      let run: ReActRun
      do {
        run = try ReActRun(line, number: lines.number)
      } catch {
        StandardOutput.error("steno: \(Shown.line(file.path)), \(error): not imported")
        cut += 1
        continue
      }
      let origin = ImportOrigin(
        by: "", file: file.name, digest: file.digest, size: Int64(file.bytes.count), format: "react", part: part)
      let environment = ReActRun.cut(run.environment, 200)
      let start = ImportStart(
        origin: origin, proto: "react", agent: agent, target: environment.isEmpty ? file.name : environment,
        claims: run.task.isEmpty ? [:] : ["task": ReActRun.cut(run.task, ReActRun.words)])
      let link = try await ImportLink(start, client)
      for item in run.items { try await link.send(item) }
      try await link.finish(waits: false)
      try tell(link, file, "react", nil)
      last = link
    }
    try await last?.waitUntilIndexed()
    return cut
  }

  private func nextLine(_ lines: inout ImportLines, _ file: ImportFile) throws -> ArraySlice<UInt8>? {
    do {
      return try lines.next()
    } catch {
      throw CommandFailure("\(Shown.line(file.path)), \(error): what comes behind it is not imported", status: 1)
    }
  }
}
