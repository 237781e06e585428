import ArgumentParser
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail", abstract: "Follows what happens, as it happens.",
    discussion: """
      Examples:
        steno tail
        steno tail s-80c2 --json
        steno tail --from 41230 --json     resumes behind that sequence number
      """)

  @Argument(help: "Only this session.") var session: String?
  @Option(help: "Resumes behind this sequence number.") var from: UInt64?
  @Flag(help: "One JSON object a line, each with its seq.") var json = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let client = try await config.connect("tail")
    var id: SessionID?
    if let session { id = try await client.summary(session).id }
    for try await body in client.stream(.tail(session: id, after: from)) {
      guard case .tail(let events) = body else { throw CommandFailure.unexpectedAnswer }
      for event in events { try print(event) }
    }
    throw CommandFailure("the recorder ended the tail; start it again with --from and the last sequence number seen")
  }

  private func print(_ event: TailEvent) throws {
    if json {
      try StandardOutput.json(TailLine(event))
      return
    }
    if let skipped = event.skipped {
      StandardOutput.line("\(event.seq)  … skipped \(skipped) changes: this reader fell behind")
    } else if let step = event.step {
      StandardOutput.line("\(event.seq)  \(step.session)  " + (StepText.lines(step).first ?? ""))
      StandardOutput.line("    \(Shown.line(step.request.text, limit: 200))")
    } else if let note = event.note {
      StandardOutput.line("\(event.seq)  \(note.session)  " + NoteText.line(note))
    } else if let session = event.session {
      StandardOutput.line(
        "\(event.seq)  \(session.id)  session \(session.state.rawValue)  \(Shown.line(session.agent)) on \(Shown.line(session.connection)), \(session.steps) steps"
      )
    }
  }
}

/// A step's or a session's own names, with `seq` and `change` beside them.
struct TailLine: Encodable {
  private let event: TailEvent

  init(_ event: TailEvent) {
    self.event = event
  }

  private enum Keys: String, CodingKey {
    case seq, change, skipped
  }

  func encode(to encoder: any Encoder) throws {
    if let step = event.step {
      try step.encode(to: encoder)
    } else if let session = event.session {
      try session.encode(to: encoder)
    } else if let note = event.note {
      try note.encode(to: encoder)
    }
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(event.seq, forKey: .seq)
    try container.encode(event.change, forKey: .change)
    try container.encodeIfPresent(event.skipped, forKey: .skipped)
  }
}
