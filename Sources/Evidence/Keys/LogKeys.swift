import SessionModel
import Signatures

/// The keys that a log has had, each for the sizes that it may sign: an old key says nothing of what came after it.
package struct LogKeys: Equatable, Sendable {
  /// Oldest first; each goes on from the one before.
  package let rotations: [KeyRotation]
  private let first: VerifierKey

  /// Changes of key that are read of one log, at most.
  package static let rotationLimit = 255

  /// - Parameters:
  ///   - key: A key of the log as the reader has it from elsewhere, whichever of them it is.
  ///   - rotations: What the log says of its keys.
  /// - Throws: `.malformed` when they do not follow one another, or the key is none of theirs.
  package init(_ key: VerifierKey, rotations: [KeyRotation] = []) throws(NoteError) {
    guard rotations.count <= Self.rotationLimit else { throw NoteError(.malformed, "the log has too many keys") }
    for (one, next) in zip(rotations, rotations.dropFirst()) where one.new != next.old || next.from <= one.from {
      throw NoteError(.malformed, "a change of the log's key does not follow the one before it")
    }
    first = rotations.first?.old ?? key
    self.rotations = rotations
    guard knows(key) else {
      throw NoteError(.malformed, "the key that was given is none of those that the log has had: \(current)")
    }
  }

  /// The key that signs now.
  package var current: VerifierKey { rotations.last?.new ?? first }

  package func knows(_ key: VerifierKey) -> Bool { first == key || rotations.contains { $0.new == key } }

  /// The key whose signature counts under a tree of this size.
  package func key(at size: UInt64) -> VerifierKey {
    rotations.last { $0.from <= size }?.new ?? first
  }

  /// Reads a note as a checkpoint, and checks it against the key of its size.
  /// - Throws: as `SignedCheckpoint`; says so where a key of the log has signed beyond what it counts for.
  package func read(_ bytes: [UInt8], witnesses: [VerifierKey] = []) throws(NoteError) -> SignedCheckpoint {
    try read(SignedNote(parsing: bytes), witnesses: witnesses)
  }

  package func read(_ note: SignedNote, witnesses: [VerifierKey] = []) throws(NoteError) -> SignedCheckpoint {
    let size = try Checkpoint(text: note.text).size
    do {
      return try SignedCheckpoint(note, log: key(at: size), witnesses: witnesses)
    } catch  where error.code == .unsigned {
      if let other = ([first] + rotations.map(\.new)).first(where: { (try? note.verified(by: [$0])) != nil }) {
        throw NoteError(.unsigned, "it is signed by a key that does not count for \(size) records: \(reach(of: other))")
      }
      throw error
    }
  }

  private func reach(of key: VerifierKey) -> String {
    let from = rotations.last { $0.new == key }?.from
    let until = rotations.first { $0.old == key }?.from
    return switch (from, until) {
    case (let from?, let until?): "\(key) signs sizes from \(from) to \(until - 1)"
    case (let from?, nil): "\(key) signs sizes from \(from)"
    case (nil, let until?): "\(key) signs sizes below \(until)"
    case (nil, nil): "\(key)"
    }
  }
}
