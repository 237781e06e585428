import SessionModel
import Signatures

/// A gateway's eye on its recorder's log: each checkpoint must be signed by the one key, extend the one before, and hold what the gateway
/// has receipts for.
///
/// So a recorder that was taken over, or put back to an earlier state, is found out by every gateway that it has served: each is
/// a witness of its own records. Kept in memory: it begins anew with the gateway's process.
package struct LogWatch: Sendable {
  /// A checkpoint as the recorder sends it, with what shows that it goes on from the one before.
  package struct Statement: Sendable, Equatable {
    /// The log's verifier key, as the recorder says.
    package var key: String
    package var note: [UInt8]
    /// Size of the checkpoint that the proof begins at.
    package var old: UInt64
    package var consistency: [SHA256.Digest]
    /// A record that the gateway has a receipt for, and its proof; `nil` when there is none to show.
    package var receipt: (index: UInt64, path: [SHA256.Digest])?
    /// The changes of the log's key, oldest first.
    package var rotations: [[UInt8]]

    package init(
      key: String, note: [UInt8], old: UInt64, consistency: [SHA256.Digest],
      receipt: (index: UInt64, path: [SHA256.Digest])? = nil, rotations: [[UInt8]] = []
    ) {
      self.rotations = rotations
      self.key = key
      self.note = note
      self.old = old
      self.consistency = consistency
      self.receipt = receipt
    }

    package static func == (left: Statement, right: Statement) -> Bool {
      left.key == right.key && left.note == right.note && left.old == right.old
        && left.consistency == right.consistency && left.receipt?.index == right.receipt?.index
        && left.receipt?.path == right.receipt?.path && left.rotations == right.rotations
    }
  }

  /// What is wrong, in words for a log: nothing of it is a peer's text.
  package struct Complaint: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Receipts that are remembered: the last of each frame of the newest frames.
  static let remembered = 1024

  private let origin: String
  private var key: VerifierKey?
  private var latest: Checkpoint?
  private var receipts: [(index: UInt64, leaf: LeafHash)] = []
  private var next = 0

  /// - Parameters:
  ///   - origin: The log's name.
  ///   - key: A key of the log, where the gateway was told it; else the first one that the recorder names is kept. It goes over to
  ///     another one with a change that both have signed.
  package init(origin: String, key: VerifierKey?) {
    self.origin = origin
    self.key = key
  }

  /// Size of the newest checkpoint that was found in order; 0 before the first.
  package var size: UInt64 { latest?.size ?? 0 }

  /// Remembers a receipt, to be found in a later checkpoint.
  package mutating func remember(index: UInt64, leaf: LeafHash) {
    if receipts.count < Self.remembered {
      receipts.append((index, leaf))
    } else {
      receipts[next] = (index, leaf)
      next = (next + 1) % Self.remembered
    }
  }

  /// Takes the recorder's newest checkpoint.
  /// - Throws: `Complaint`; the one before then stays the one to extend.
  package mutating func take(_ statement: Statement) throws(Complaint) {
    let known: VerifierKey
    if let key {
      known = key
    } else {
      guard let named = try? VerifierKey(statement.key), named.kind == .note, named.name == origin else {
        throw Complaint(description: "the recorder names no key of the log")
      }
      known = named
    }
    let keys: LogKeys
    do {
      keys = try LogKeys(
        known, rotations: statement.rotations.map { note throws(NoteError) in try KeyRotation(parsing: note) })
    } catch {
      throw Complaint(description: "the recorder shows a change of the log's key that does not lead from the known one")
    }
    let signed: SignedCheckpoint
    do { signed = try keys.read(statement.note) } catch {
      throw Complaint(description: "a checkpoint is not signed with the log's key")
    }
    let head = signed.checkpoint
    if let latest {
      guard head.size >= latest.size else {
        throw Complaint(description: "the log has \(head.size) records, and had \(latest.size) before")
      }
      guard statement.old == latest.size,
        ConsistencyProof.isValid(
          statement.consistency, from: latest.size, root: latest.root, to: head.size, root: head.root)
      else {
        throw Complaint(
          description: "the log of \(head.size) records does not extend the one of \(latest.size) that was seen before")
      }
    }
    if let (index, path) = statement.receipt, let leaf = receipts.last(where: { $0.index == index })?.leaf {
      guard
        InclusionProof.isValid(path, leaf: SHA256.Digest(leaf), index: index, size: head.size, root: head.root)
      else { throw Complaint(description: "record \(index) is not in the log as its receipt says") }
    }
    // From here on no earlier key counts, whatever the recorder says.
    key = keys.current
    latest = head
  }
}
