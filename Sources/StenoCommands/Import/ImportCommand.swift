import ArgumentParser
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Puts recordings of elsewhere on record: asciicast, ReAct runs, HAR.",
    discussion: """
      Each becomes a session that is marked as imported, with who brought it and the file's SHA-256. A file that breaks off or is damaged
      is imported up to there; its session and this command's status say so.

      Examples:
        steno import session.cast
        steno import runs.jsonl --agent sql-solver
        steno import trace.har --json
      """)

  @Argument(help: ArgumentHelp("The files.", valueName: "file")) var files: [String]
  @Option(help: "The agent whose doing it was.") var agent = "imported"
  @Flag(help: "One JSON object a session and line.") var json = false
  @OptionGroup var config: ConfigurationOption

  struct Imported: Encodable {
    var id: SessionID
    var file: String
    var format: String
    var digest: String
    var steps: Int
    var complete: Bool
    var fault: String?
  }

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one file") }
    guard !agent.isEmpty, agent.utf8.count <= 255 else { throw ValidationError("--agent is 1 to 255 bytes") }
  }

  func run() async throws {
    let client = try await config.connect("import")
    var failed = 0
    for path in files {
      do {
        failed += try await bring(path, client)
      } catch let failure as CommandFailure {
        StandardOutput.error("steno: \(failure)")
        failed += 1
      }
    }
    await client.close()
    if failed > 0 { throw CommandFailure.silent(1) }
  }

  /// - Returns: how many sessions were cut.
  private func bring(_ path: String, _ client: RecorderClient) async throws -> Int {
    let file = try ImportFile(path)
    guard let format = file.format else {
      throw CommandFailure(
        "\(Shown.line(path)) is no asciicast of version 2 or 3, no ReAct runs as JSON lines and no HAR", status: 1)
    }
    switch format {
    case .asciicast: return try await cast(file, client)
    case .react: return try await runs(file, client)
    case .har: return try await archive(file, client)
    }
  }

  private func cast(_ file: ImportFile, _ client: RecorderClient) async throws -> Int {
    var reader: CastReader
    do {
      reader = try CastReader(file.bytes)
    } catch {
      throw CommandFailure("\(Shown.line(file.path)), \(error)", status: 1)
    }
    let header = reader.header
    let origin = ImportOrigin(
      by: "", file: file.name, digest: file.digest, size: Int64(file.bytes.count),
      format: "asciicast \(header.version)", recorded: header.recorded, columns: header.columns, rows: header.rows)
    let link = try await ImportLink(
      ImportStart(origin: origin, proto: "shell", agent: agent, target: file.name, claims: header.claims), client)
    var stepper = ShellStepper()
    var fault: ImportFault?
    var progress = ImportProgress(file)
    do throws(ImportFault) {
      while let event = try reader.next() {
        let items = stepper.take(event)
        progress.show(reader.offset)
        do {
          for item in items { try await link.send(item) }
        } catch {
          throw ImportFault(line: reader.line, reason: "the recorder took no more: \(error)")
        }
      }
    } catch {
      fault = error
    }
    progress.end()
    for item in stepper.finish() { try await link.send(item) }
    if reader.backwards > 0 || reader.unknown > 0 {
      let detail =
        "\(reader.backwards) events went back in time and stand at the time before them; "
        + "\(reader.unknown) of unknown kinds were left out"
      try await link.send(.note(topic: "import", detail: detail))
    }
    try await link.finish(cut: fault?.description)
    try tell(link, file, origin.format, fault)
    return fault == nil ? 0 : 1
  }

  func tell(_ link: ImportLink, _ file: ImportFile, _ format: String, _ fault: ImportFault?) throws {
    if let fault { StandardOutput.error("steno: \(Shown.line(file.path)) is cut at \(fault)") }
    if json {
      try StandardOutput.json(
        Imported(
          id: link.session, file: file.name, format: format, digest: file.digest, steps: link.steps,
          complete: fault == nil, fault: fault?.description))
    } else {
      StandardOutput.line(
        "\(link.session)  \(format)  \(link.steps) steps  \(Shown.line(file.name, limit: 255))"
          + (fault == nil ? "" : "  CUT"))
    }
  }
}

/// How far a large file has come, on a terminal's standard error.
struct ImportProgress {
  private let name: String
  private let total: Int
  private var shown = 0
  private let isShown: Bool

  init(_ file: ImportFile) {
    name = file.name
    total = file.bytes.count
    isShown = isatty(2) == 1 && total > 4 << 20
  }

  mutating func show(_ done: Int) {
    guard isShown, done * 100 / total > shown else { return }
    shown = done * 100 / total
    StandardOutput.progress("\r\(Shown.line(name, limit: 60)): \(shown) %")
  }

  mutating func end() {
    if isShown { StandardOutput.progress("\r\u{1b}[K") }
  }
}
