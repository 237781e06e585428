import ArgumentParser
import Evidence
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import Signatures

struct UnsealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unseal", abstract: "Prints what masks took out of a step, where its connection sealed that.",
    discussion: """
      Fetching it is on record, with your name and reason. It is opened here, with an investigator's private key that the
      recorder never sees. A line is one JSON object: row, column and rule, and the value.

      Examples:
        steno unseal s-80c2/19 --key jane.key --reason "OPS-4411: whose address was it"
        steno unseal s-80c2/19 --key jane.key --cert jane.pem --reason "OPS-4411"
      """)

  @Argument(help: "SESSION/STEP; of the session the first digits do.") var place: String
  @Option(help: "The investigator's private key, in PEM.") var key: String
  @Option(name: .customLong("cert"), help: "Its certificate, in PEM; without it every recipient is tried.")
  var certificate: String?
  @Option(help: "Why. It stands on record.") var reason: String
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    guard let (_, step) = parts, step > 0 else { throw ValidationError("write SESSION/STEP, for example s-80c2/19") }
    guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--reason is empty") }
  }

  private var parts: (session: String, step: Int)? {
    let parts = place.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let step = Int(parts[1]) else { return nil }
    return (String(parts[0]), step)
  }

  func run() async throws {
    guard let (session, step) = parts else { throw CommandFailure.unexpectedAnswer }
    // Before anything is fetched, and so on record: the key must be there.
    let opener: InvestigatorKey
    do { opener = try InvestigatorKey(file: key, certificate: certificate) } catch {
      throw CommandFailure(error.description)
    }
    let client = try await config.connect("unseal")
    let summary = try await client.summary(session)
    var collector = SealedParts()
    for try await reply in client.stream(.originals(session: summary.id, step: step, reason: reason)) {
      guard case .evidence(let piece) = reply else { throw CommandFailure.unexpectedAnswer }
      try collector.take(piece)
    }
    await client.close()
    guard !collector.envelopes.isEmpty else {
      throw CommandFailure("step \(step) of \(summary.id) has nothing sealed", status: 1)
    }
    for envelope in collector.envelopes {
      let opened: [UInt8]
      do { opened = try opener.open(envelope) } catch {
        throw CommandFailure("\(summary.id)/\(step): \(error.description)", status: 1)
      }
      FileHandle.standardOutput.write(Data(opened))
    }
  }
}

/// Sealed parts as they come, each held against its record's entry.
struct SealedParts {
  private(set) var envelopes: [[UInt8]] = []
  private var expected: EntryFields.Part?

  mutating func take(_ piece: EvidencePiece) throws {
    for item in piece.items {
      switch item {
      case .record(_, let entry, _):
        guard let bytes = StrictBase64.decode(entry),
          let view = try? bytes.withUnsafeBytes({ try EntryView(reading: $0) })
        else { throw CommandFailure.unexpectedAnswer }
        expected = view.fields.parts.first { $0.name == .originals }
      case .part(let salt, let bytes):
        guard let salt = StrictBase64.decode(salt), let bytes = StrictBase64.decode(bytes), let part = expected,
          part.length == bytes.count, SHA256.hash(salt + bytes) == part.commitment
        else { throw CommandFailure("what the recorder sent is not what its record says: run steno verify") }
        envelopes.append(bytes)
        expected = nil
      case .own, .more: throw CommandFailure.unexpectedAnswer
      }
    }
  }
}
