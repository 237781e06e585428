import Foundation
import Policy
import QueryProtocol
import SessionModel
import Transcript

/// Cuts a shell's recording into steps, and its events into records of at most a second and `ImportLimits.bytes`.
///
/// A step begins, in this order of trust: at a mark of the recording; where the shell says that a command begins (OSC 133;C); where a line
/// was typed and sent; and, in a recording that has none of these, every five seconds that something came out. A step that puts
/// out more than the index keeps of one is followed by another, so that all of it can be searched.
struct ShellStepper {
  static let span: Int64 = 1_000_000
  static let interval: Int64 = 5_000_000
  /// Bytes of output of one step.
  static let stepOutput = 48 << 10

  private struct Batch {
    var bytes: [UInt8] = []
    var events: [ShellEvent] = []
  }

  private var items: [ImportItem] = []
  private var output = Batch()
  private var input = Batch()
  private var isOpen = false
  private var began: Int64 = 0
  private var written = 0
  private var status: Int?
  private(set) var steps = 0

  /// The line that is being typed, and whether it shows.
  private var line: [UInt8] = []
  private var keys = 0
  private var isEchoed = true
  private var hasLines = false
  /// Output since the shell's prompt ended (OSC 133;B): the command as it was edited.
  private var command: [UInt8]?
  private var hasPrompts = false

  /// Takes an event, and gives the items that are complete.
  mutating func take(_ event: CastReader.Event) -> [ImportItem] {
    switch event.kind {
    case .output(let bytes): takeOutput(bytes, at: event.at)
    case .input(let bytes): takeInput(bytes, at: event.at)
    case .resize(let columns, let rows):
      open(at: event.at)
      add(ShellEvent(at: event.at, kind: .resize(columns: columns, rows: rows)))
    case .marker(let label):
      begin("marker", label, at: event.at, events: [ShellEvent(at: event.at, kind: .marker)])
    case .exit(let code):
      open(at: event.at)
      add(ShellEvent(at: event.at, kind: .exit(status: code)))
      status = code
    }
    return drained()
  }

  /// The items that are left at the end.
  mutating func finish() -> [ImportItem] {
    end()
    return drained()
  }

  private mutating func drained() -> [ImportItem] {
    defer { items = [] }
    return items
  }

  private mutating func takeOutput(_ bytes: [UInt8], at time: Int64) {
    var rest = bytes[...]
    while let prompt = PromptMark(in: rest) {
      write(rest[..<prompt.range.lowerBound], at: time)
      hasPrompts = true
      let mark = rest[prompt.range]
      rest = rest[prompt.range.upperBound...]
      switch prompt.kind {
      case .commandInput: command = []
      case .output:
        let text = Transcript.shell(command ?? [], limit: ImportLimits.text).trimmingCharacters(
          in: .whitespacesAndNewlines)
        command = nil
        begin("command", text.isEmpty ? "(command)" : text, at: time)
      case .end(let code): status = code
      case .prompt: break
      }
      write(mark, at: time, isMark: true)
    }
    write(rest, at: time)
  }

  private mutating func write(_ bytes: ArraySlice<UInt8>, at time: Int64, isMark: Bool = false) {
    guard !bytes.isEmpty else { return }
    if keys > 0 { isEchoed = true }
    if !isMark, command != nil, (command?.count ?? 0) < ImportLimits.text { command?.append(contentsOf: bytes) }
    let isDue = !hasLines && !hasPrompts && time - began >= ShellStepper.interval
    if isOpen, isDue || written >= ShellStepper.stepOutput {
      begin("output", "(output from \(ShellStepper.clock(time)))", at: time)
    }
    open(at: time)
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: ImportLimits.bytes / 2) {
      let part = bytes[start..<min(bytes.endIndex, start + ImportLimits.bytes / 2)]
      if output.bytes.count + part.count > ImportLimits.bytes { flushOutput() }
      output.bytes += part
      add(ShellEvent(at: time, kind: .output(bytes: part.count)))
      written += part.count
    }
  }

  private mutating func add(_ event: ShellEvent) {
    // Records that overlap, by a second at most, are put in order by time; at the same time, by their own order.
    if let first = input.events.first, let last = input.events.last,
      last.at >= event.at || event.at - first.at > ShellStepper.span
    {
      flushInput()
    }
    if let first = output.events.first,
      event.at - first.at > ShellStepper.span || output.events.count >= ImportLimits.events
    {
      // The bytes of this event are there already.
      let held = output.bytes.suffix(event.bytes)
      output.bytes.removeLast(event.bytes)
      flushOutput()
      output.bytes = Array(held)
    }
    output.events.append(event)
  }

  private mutating func takeInput(_ bytes: [UInt8], at time: Int64) {
    open(at: time)
    if !bytes.isEmpty {
      if keys == 0 { isEchoed = bytes.count > 1 }
      keys += 1
    }
    var parts = bytes[...]
    while let end = parts.firstIndex(where: { $0 == 13 || $0 == 10 }) {
      let part = parts[...end]
      parts = parts[(end + 1)...]
      for byte in part.dropLast() { edit(byte) }
      let text = String(decoding: line, as: UTF8.self)
      let characters = text.count
      line = []
      hasLines = true
      let isHidden = !isEchoed && characters > 0
      keys = 0
      if hasPrompts || text.allSatisfy(\.isWhitespace) || part.count > ImportLimits.bytes {
        // The shell itself says where commands begin, or an empty line was sent.
        put(part, at: time)
      } else {
        begin(
          "line", isHidden ? "(not echoed: \(characters) characters)" : text, at: time,
          events: [ShellEvent(at: time, kind: .input(bytes: part.count))], bytes: Array(part), isCommand: !isHidden)
      }
    }
    for byte in parts { edit(byte) }
    put(parts, at: time)
  }

  private mutating func edit(_ byte: UInt8) {
    switch byte {
    case 8, 0x7f: while let last = line.popLast(), last & 0xc0 == 0x80 {}
    case 0x15, 0x03: line = []
    case 0..<0x20: break
    case _: if line.count < ImportLimits.text { line.append(byte) }
    }
  }

  private mutating func put(_ bytes: ArraySlice<UInt8>, at time: Int64) {
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: ImportLimits.bytes) {
      let part = bytes[start..<min(bytes.endIndex, start + ImportLimits.bytes)]
      if let first = output.events.first, let last = output.events.last,
        last.at >= time || time - first.at > ShellStepper.span
      {
        flushOutput()
      }
      if let first = input.events.first,
        time - first.at > ShellStepper.span || input.bytes.count + part.count > ImportLimits.bytes
          || input.events.count >= ImportLimits.events
      {
        flushInput()
      }
      input.bytes += part
      input.events.append(ShellEvent(at: time, kind: .input(bytes: part.count)))
    }
  }

  /// What comes before the first sign of a step is a step of its own.
  private mutating func open(at time: Int64) {
    if !isOpen { begin("start", "(start)", at: time) }
  }

  private mutating func begin(
    _ operation: String, _ text: String, at time: Int64, events: [ShellEvent] = [], bytes: [UInt8] = [],
    isCommand: Bool = false
  ) {
    end()
    var step = ImportStep(
      operation: operation, text: String(decoding: text.utf8.prefix(ImportLimits.text), as: UTF8.self),
      events: events.isEmpty ? nil : ShellEvents(events).text,
      bytes: bytes.isEmpty ? nil : Data(bytes).base64EncodedString())
    step.kind = operation
    if isCommand || operation == "command" {
      step.take(Classify.statement(protocol: "shell", text: step.text))
    }
    items.append(.step(step))
    isOpen = true
    steps += 1
    began = time
    written = 0
    status = nil
  }

  private mutating func end() {
    flushInput()
    guard isOpen else { return }
    let failed = status.map { $0 != 0 } ?? false
    let outcome = ImportOutcome(
      tag: status.map { "exit \($0)" },
      error: failed ? ResponseError(code: String(status ?? 0), message: "exit status \(status ?? 0)") : nil)
    items.append(
      .output(
        events: output.events.isEmpty ? nil : ShellEvents(output.events).text,
        bytes: Data(output.bytes).base64EncodedString(), outcome: outcome))
    output = Batch()
    isOpen = false
  }

  private mutating func flushOutput() {
    guard !output.events.isEmpty else { return }
    items.append(
      .output(
        events: ShellEvents(output.events).text, bytes: Data(output.bytes).base64EncodedString(), outcome: nil))
    output = Batch()
  }

  private mutating func flushInput() {
    guard !input.events.isEmpty else { return }
    items.append(.input(events: ShellEvents(input.events).text, bytes: Data(input.bytes).base64EncodedString()))
    input = Batch()
  }

  private static func clock(_ microseconds: Int64) -> String {
    let seconds = microseconds / 1_000_000
    return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
  }
}

extension ImportStep {
  /// What a request does, as the classifier of its protocol reads it. It is the importer's reading, not a verdict.
  mutating func take(_ facts: StatementFacts) {
    statementClass = facts.statementClass
    risk = RiskAssessment.risk(of: facts)
    kind = String(decoding: facts.kind.utf8.prefix(256), as: UTF8.self)
    reasons = facts.reasons.prefix(8).map { String(decoding: $0.utf8.prefix(256), as: UTF8.self) }
  }
}
