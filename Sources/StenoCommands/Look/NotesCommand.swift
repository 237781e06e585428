import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct NotesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notes", abstract: "Prints the marks and notes that people set down beside a session.",
    discussion: """
      Examples:
        steno notes s-80c2
        steno notes s-80c2 --json
      """)

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var source: SourceOption

  func run() async throws {
    let client = try await source.connect("notes")
    let notes = try await client.notes(of: try await client.summary(session).id)
    for note in notes { if json { try StandardOutput.json(note) } else { StandardOutput.line(NoteText.line(note)) } }
    if notes.isEmpty, !json { StandardOutput.line("no notes") }
    await client.close()
  }
}

struct NoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Sets down a note beside a session, under your name and on record.",
    discussion: """
      A note is never changed or taken back. A mark is one letter; of one person and letter the newest counts.

      Examples:
        steno note s-80c2 --step 19 "matches ticket OPS-4411"
        steno note s-80c2 --step 19 --mark a
        steno note s-80c2 "seen by the auditors"
      """)

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Argument(help: "What to say.") var text: String?
  @Option(help: "About this step; without it, about the whole session.") var step: Int?
  @Option(help: "Marks the step with this letter.") var mark: String?
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    guard text?.isEmpty == false || mark != nil else { throw ValidationError("give a text, or --mark and a letter") }
    if mark != nil, step == nil { throw ValidationError("--mark needs --step") }
  }

  func run() async throws {
    let client = try await config.connect("note")
    let summary = try await client.summary(session)
    let note = Annotation(session: summary.id, step: step, mark: mark, text: text ?? "")
    guard case .noted = try await client.request(.note(note)) else { throw CommandFailure.unexpectedAnswer }
    StandardOutput.line(
      "noted on \(summary.id)" + (step.map { " step \($0)" } ?? "") + " as \(Shown.line(client.welcome.caller))")
    await client.close()
  }
}
