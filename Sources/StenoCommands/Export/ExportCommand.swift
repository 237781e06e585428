import ArgumentParser
import Evidence
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a session to a file, as proof or as text.",
    discussion: """
      A bundle is a tar file that proves itself: records, proofs, the signed checkpoint, and a verifier that needs only a shell,
      openssl and xxd. The export is on record, under your name.

      Examples:
        steno export s-80c2 --format bundle -o evidence.tar
        steno export s-80c2 --format jsonl > steps.jsonl
        steno export s-80c2 --format asciicast -o session.cast
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case bundle, jsonl, text, asciicast
  }

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Option(help: "bundle, jsonl, text or asciicast.") var format = Format.bundle
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The file; default: SESSION.tar for a bundle, else standard output.", valueName: "file"))
  var output: String?
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let client = try await config.connect("export")
    let summary = try await client.summary(session)
    let sink = try ExportSink(output ?? (format == .bundle ? "\(summary.id).tar" : "-"))
    do {
      switch format {
      case .bundle: try await bundle(summary, client, sink)
      case .jsonl: try await client.eachStep(of: summary.id) { try sink.write(StandardOutput.encode($0) + [10]) }
      case .text: try sink.write(Array(try await SessionTranscript.text(summary, client).utf8))
      case .asciicast where summary.proto == "shell": try await ShellCast.write(summary, client, sink)
      case .asciicast: try await Asciicast.write(summary, client, sink)
      }
    } catch {
      sink.discard()
      throw error
    }
    try sink.finish()
    await client.close()
  }

  private func bundle(_ summary: SessionSummary, _ client: RecorderClient, _ sink: ExportSink) async throws {
    if summary.state == .live {
      StandardOutput.error(
        "steno: session \(summary.id) is still open: its bundle is complete up to now, and says so")
    }
    let transcript = try await SessionTranscript.text(summary, client)
    var collector = EvidenceCollector()
    for try await reply in client.stream(.evidence(session: summary.id)) { try collector.take(reply) }
    let bundle = try collector.bundle(transcript: Array(transcript.utf8))
    try bundle.write { try sink.write($0) }
    if let name = sink.name {
      StandardOutput.error("wrote \(name): \(bundle.records.count) records of \(summary.id) with their proofs")
    }
  }
}
