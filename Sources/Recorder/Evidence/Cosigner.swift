import Evidence
import Foundation
import Journal
import Logging
import SessionModel
import Signatures
import Synchronization
import Witness

/// Has witnesses cosign the log's head: some seconds after it has grown, and each minute in any case.
///
/// What it has cosigned nobody can take back unseen, not even whoever owns the recorder's machine. What is newer than that is the
/// window that a signal shows.
package final class Cosigner: Sendable {
  static let interval = Duration.seconds(2)
  static let heartbeat = Duration.seconds(60)
  /// Time between two cosigned checkpoints that are kept.
  static let keeping = Duration.seconds(60)

  private let core: RecorderCore
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let state = Mutex(State())
  private let started = ContinuousClock.now

  private struct State {
    /// What each witness has seen, as far as is known.
    var known: [WitnessAddress: UInt64] = [:]
    /// What each witness said last, so that the log has it once.
    var said: [WitnessAddress: String] = [:]
    var cosigned: (size: UInt64, at: ContinuousClock.Instant)?
    var kept: ContinuousClock.Instant?
  }

  package init(core: RecorderCore) {
    self.core = core
  }

  package func start() {
    guard !core.settings.witnesses.isEmpty else { return }
    task.withLock { task in
      task = Task { [self] in
        while !Task.isCancelled {
          await roundIfDue()
          await tellAge()
          do { try await Task.sleep(for: Cosigner.interval) } catch { return }
        }
      }
    }
  }

  /// Has the last head cosigned too; witnesses that do not answer delay it by their time limit.
  package func stop() async {
    guard let running = task.withLock({ $0 }) else { return }
    running.cancel()
    await running.value
    await round()
  }

  private func roundIfDue() async {
    guard let head = core.published.head else { return }
    let isDue = state.withLock { state in
      guard let last = state.cosigned else { return true }
      return head.signed.checkpoint.size > last.size || last.at.duration(to: .now) >= Cosigner.heartbeat
    }
    if isDue { await round() }
  }

  private func round() async {
    guard let head = core.published.head else { return }
    var note = head.signed.note
    for witness in core.settings.witnesses {
      let known = state.withLock { $0.known[witness.address] ?? 0 }
      let outcome = await witness.cosign(head.signed, known: known) { old in
        try ConsistencyProof.make(
          from: old, to: head.signed.checkpoint.size, in: head.hashes(), with: SHA256())
      }
      if case .cosigned(let signature) = outcome {
        note.signatures.append(signature)
        state.withLock { $0.known[witness.address] = head.signed.checkpoint.size }
      }
      tell(outcome, of: witness)
    }
    guard note.signatures.count - head.signed.note.signatures.count >= core.settings.witnessQuorum,
      let log = head.signed.signatures.first(where: { $0.key.kind == .note })?.key
    else { return }
    do {
      var cosigned = head
      cosigned.signed = try SignedCheckpoint(note, log: log, witnesses: core.settings.witnesses.compactMap(\.key))
      cosigned.at = RecorderCore.systemClock()
      try store(cosigned.signed)
      core.published.publish(cosigned: cosigned)
      state.withLock { $0.cosigned = (head.signed.checkpoint.size, .now) }
    } catch {
      core.log.error("a cosigned checkpoint could not be kept", metadata: ["reason": "\(error)"])
    }
  }

  /// An alarm once the newest cosignature of a quorum is too old: whoever keeps the witnesses away may rewrite what they have not seen.
  private func tellAge() async {
    let age = state.withLock { ($0.cosigned?.at ?? started).duration(to: .now) }
    let isStale = age > .microseconds(core.settings.witnessStaleAfter)
    let (have, want) = (core.settings.witnesses.count, core.settings.witnessQuorum)
    let text = "no cosignature by \(want) of \(have) witnesses for \(age.components.seconds) s"
    guard core.published.raise(isStale ? text : nil, by: PublishedLog.anchor + "witnesses") else { return }
    if isStale {
      core.log.critical("the log's cosignature is stale", metadata: ["reason": "\(text)"])
    } else {
      core.log.notice("the log is cosigned again")
    }
    // A store that has failed has told so itself.
    try? await core.recordOwn(isStale ? "cosignature stale" : "cosigned again", isStale ? text : "")
  }

  private func store(_ signed: SignedCheckpoint) throws {
    let files = CheckpointFiles(store: core.settings.store)
    try files.replaceCosigned(signed.bytes)
    let isDue = state.withLock { state in
      guard state.kept.map({ $0.duration(to: .now) >= Cosigner.keeping }) ?? true else { return false }
      state.kept = .now
      return true
    }
    if isDue { try files.keep(signed.bytes) }
  }

  private func tell(_ outcome: WitnessClient.Outcome, of witness: WitnessClient) {
    let size = core.published.head?.signed.checkpoint.size ?? 0
    let text = Cosigner.objection(outcome, size: size)
    let isNews = state.withLock { state in
      defer { state.said[witness.address] = text ?? "" }
      return state.said[witness.address] ?? "" != text ?? ""
    }
    switch outcome {
    case .behind, .forked: core.published.raise("\(witness.address): \(text ?? "")", by: "\(witness.address)")
    case .cosigned: core.published.raise(nil, by: "\(witness.address)")
    case .refused, .unreachable: break
    }
    guard isNews else { return }
    let metadata: Logger.Metadata = ["witness": "\(witness.address)", "reason": "\(text ?? "")"]
    switch outcome {
    case .cosigned: core.log.notice("a witness cosigns", metadata: metadata)
    case .behind, .forked: core.log.critical("a witness has seen another log", metadata: metadata)
    case .refused, .unreachable: core.log.warning("a witness does not cosign", metadata: metadata)
    }
  }

  /// What a witness has against a log of this size; nil where it has cosigned.
  private static func objection(_ outcome: WitnessClient.Outcome, size: UInt64) -> String? {
    switch outcome {
    case .cosigned: nil
    case .behind(let seen):
      "it has seen \(seen) records, and the log has \(size): an earlier state was put back"
    case .forked(let seen):
      "the log is another one than the \(seen) records that it has seen"
    case .refused(let status): "it refuses (status \(status)): is the log's key among the ones that it knows?"
    case .unreachable(let reason): reason
    }
  }

  /// Holds a log against its witnesses before anything is appended to it.
  ///
  /// A witness that does not answer keeps no recorder from starting: that shows as a cosignature that grows old.
  /// - Throws: `LogFault` `.disagrees` when a witness has seen more, or another log.
  static func compare(_ opened: OpenedLog, settings: RecorderSettings, log: Logger) async throws {
    let tiles = TileStore(store: settings.store)
    let head = PublishedLog.Head(
      tree: opened.tree, signed: opened.latest, at: RecorderCore.systemClock(), tiles: tiles)
    for witness in settings.witnesses {
      let outcome = await witness.cosign(opened.latest, known: opened.latest.checkpoint.size) { old in
        try ConsistencyProof.make(from: old, to: head.signed.checkpoint.size, in: head.hashes(), with: SHA256())
      }
      let text = objection(outcome, size: opened.latest.checkpoint.size) ?? ""
      switch outcome {
      case .behind, .forked:
        throw LogFault(.disagrees, "the witness \(witness.address) is against this log: \(text)")
      case .cosigned: break
      case .refused, .unreachable:
        log.warning("a witness could not be asked", metadata: ["witness": "\(witness.address)", "reason": "\(text)"])
      }
    }
  }
}
