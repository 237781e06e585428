import Evidence
import Foundation
import Signatures
import Synchronization

/// Cosigns a log's checkpoint if it extends the one before, and answers with the protocol's own status otherwise.
package final class WitnessDesk: Sendable {
  package struct Answer: Equatable, Sendable {
    /// HTTP status.
    package var status: Int
    package var type: String
    package var body: String

    init(_ status: Int, _ body: String, type: String = "text/plain; charset=utf-8") {
      self.status = status
      self.body = body
      self.type = type
    }
  }

  private let signer: NoteSigner
  private let logs: [LogKeys]
  private let clock: @Sendable () -> UInt64
  /// Held from reading a log's state to its answer: two requests must not both go on from the same size.
  private let state: Mutex<WitnessState>

  /// - Parameters:
  ///   - logs: Keys of the logs that are witnessed; of one log there may be several that nothing joins.
  ///   - clock: Seconds since 1970.
  package init(
    signer: NoteSigner, logs: [LogKeys], state: WitnessState,
    clock: @escaping @Sendable () -> UInt64 = { UInt64(max(0, Date().timeIntervalSince1970)) }
  ) {
    self.signer = signer
    self.logs = logs
    self.state = Mutex(state)
    self.clock = clock
  }

  /// Witnesses logs of which one key each is known.
  package convenience init(
    signer: NoteSigner, logs: [VerifierKey], state: WitnessState,
    clock: @escaping @Sendable () -> UInt64 = { UInt64(max(0, Date().timeIntervalSince1970)) }
  ) throws(NoteError) {
    try self.init(
      signer: signer, logs: logs.map { key throws(NoteError) in try LogKeys(key) }, state: state, clock: clock)
  }

  /// Reads files of keys.
  ///
  /// Not inlined: the optimizer of Swift 6.3.1 ends with a signal where a typed error is thrown within a coroutine.
  @inline(never)
  package static func logs(inFiles files: [String]) throws -> [LogKeys] {
    var logs: [LogKeys] = []
    for file in files {
      guard let data = FileManager.default.contents(atPath: file), data.count <= 1 << 20 else {
        throw WitnessState.Fault(description: "\(file) cannot be read")
      }
      logs += try WitnessDesk.logs(in: String(decoding: data, as: UTF8.self))
    }
    return logs
  }

  /// Reads a file of keys: `steno keys`, or with the changes `steno keys --history`.
  package static func logs(in text: String) throws(NoteError) -> [LogKeys] {
    try KeyFile(text).logs
  }

  /// Source: C2SP tlog-witness, "add-checkpoint".
  package func add(_ body: [UInt8]) -> Answer {
    let request: AddCheckpoint
    let checkpoint: Checkpoint
    do throws(NoteError) {
      request = try AddCheckpoint(parsing: body)
      checkpoint = try Checkpoint(text: request.note.text)
    } catch {
      return Answer(400, "\(error)\n")
    }
    let keys = logs.filter { $0.current.name == checkpoint.origin }
    guard !keys.isEmpty else { return Answer(404, "this log is not witnessed here\n") }
    guard keys.contains(where: { (try? $0.read(request.note)) != nil }) else {
      return Answer(403, "no known key of the log that counts for this size has signed\n")
    }
    guard request.old <= checkpoint.size else { return Answer(400, "the old size is larger than the new one\n") }
    return state.withLock { state in
      do { return try cosign(request, checkpoint, keys, state) } catch {
        // Nothing is said of a log whose state cannot be read or stored.
        return Answer(500, "the witness's state cannot be used\n")
      }
    }
  }

  private func cosign(
    _ request: AddCheckpoint, _ checkpoint: Checkpoint, _ keys: [LogKeys], _ state: WitnessState
  ) throws -> Answer {
    let latest =
      try state.latest(origin: checkpoint.origin, keys)
      ?? Checkpoint(origin: checkpoint.origin, size: 0, root: MerkleTree.emptyRoot)
    let conflict = Answer(409, "\(latest.size)\n", type: "text/x.tlog.size")
    guard request.old == latest.size else { return conflict }
    if checkpoint.size == latest.size, checkpoint.root != latest.root { return conflict }
    guard
      ConsistencyProof.isValid(
        request.proof, from: latest.size, root: latest.root, to: checkpoint.size, root: checkpoint.root)
    else { return Answer(422, "the proof does not verify\n") }
    try state.store(request.note, of: checkpoint.origin)
    return Answer(200, signer.sign(request.note.text, at: clock()).line)
  }
}
