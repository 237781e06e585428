import ArgumentParser
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints the steps of a session.",
    discussion: """
      Examples:
        steno show s-80c2f1aa03b7d9e4
        steno show s-80c2 --step 19 --json
        steno show s-80c2 --step 19 --raw > wire.bin
        steno show s-80c2 --bundle evidence.tar --vkey log.vkey     offline, from a bundle
        steno show s-80c2 --screen --at 1:30       a shell recording's screen after a minute and a half
      """)

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Option(help: "Only this step.") var step: Int?
  @Flag(help: "One JSON object a step and line.") var json = false
  @Flag(help: "The verbatim bytes: of the request, then of the response.") var raw = false
  @Flag(help: "The screen of a shell recording, as text.") var screen = false
  @Option(help: ArgumentHelp("With --screen: seconds, or M:S, since its start; default: its end.", valueName: "time"))
  var at: String?
  @OptionGroup var source: SourceOption

  func validate() throws {
    if json, raw { throw ValidationError("--json and --raw exclude each other") }
    if screen, raw || step != nil { throw ValidationError("--screen goes with --at and --json alone") }
    guard let at else { return }
    guard screen else { throw ValidationError("--at goes with --screen") }
    guard ScreenText.time(at) != nil else { throw ValidationError("--at is seconds, or minutes and seconds as 1:30") }
  }

  func run() async throws {
    let client = try await source.connect("show")
    let summary = try await client.summary(session)
    if screen {
      let shown = try await ScreenText.load(summary.id, at: at.flatMap(ScreenText.time), client)
      if json { try StandardOutput.json(shown) } else { shown.lines.forEach(StandardOutput.line) }
      return await client.close()
    }
    var notes: [Int: [SessionNote]] = [:]
    if !json, !raw {
      notes = Dictionary(grouping: try await client.notes(of: summary.id)) { $0.step ?? 0 }
      (SessionText.lines(summary) + NoteText.lines(notes[0] ?? [])).forEach(StandardOutput.line)
    }
    if let step {
      try await print(try await client.step(step, of: summary.id), notes[step] ?? [], client)
    } else {
      try await client.eachStep(of: summary.id) { try await print($0, notes[$0.step] ?? [], client) }
    }
    await client.close()
  }

  private func print(_ step: StepView, _ notes: [SessionNote], _ client: RecorderClient) async throws {
    if json {
      try StandardOutput.json(step)
    } else if raw, let pruned = step.pruned {
      StandardOutput.error("steno: step \(step.step): \(pruned.text)")
    } else if raw {
      try await wire(step, .request, client)
      try await wire(step, .response, client)
    } else {
      StandardOutput.line("")
      (StepText.lines(step) + NoteText.lines(notes)).forEach(StandardOutput.line)
    }
  }

  private func wire(_ step: StepView, _ side: WireSide, _ client: RecorderClient) async throws {
    var offset = 0
    while true {
      let verb = QueryRequest.Verb.wire(
        session: step.session, step: step.step, side: side, offset: offset, limit: 1 << 20)
      guard case .wire(let piece) = try await client.request(verb), let data = Data(base64Encoded: piece.bytes) else {
        throw CommandFailure.unexpectedAnswer
      }
      StandardOutput.bytes(Array(data))
      offset += data.count
      if data.isEmpty || offset >= piece.total { return }
    }
  }
}
