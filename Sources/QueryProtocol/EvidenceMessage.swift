/// The log's key and its newest signed checkpoint.
package struct LogHead: Codable, Sendable, Equatable {
  /// The verifier key, `name+id+key`: to be compared with the one that was handed over by another way.
  package var key: String
  /// A signed note.
  package var checkpoint: String
  /// Verifier keys of the witnesses that have cosigned it.
  package var witnesses: [String]
  /// A timestamp authority's response over the checkpoint, in Base64.
  package var timestamp: String?
  /// The changes of the log's key, signed notes, oldest first; nil for none.
  package var rotations: [String]?

  package init(
    key: String, checkpoint: String, witnesses: [String], timestamp: String? = nil,
    rotations: [String]? = nil
  ) {
    self.rotations = rotations
    self.timestamp = timestamp
    self.key = key
    self.checkpoint = checkpoint
    self.witnesses = witnesses
  }
}

/// Some records of a session, in order, each with its proof of inclusion in the checkpoint that came before.
///
/// A record's parts follow it, in the order of its entry's part lines; a body too large for one piece goes on in the next.
package struct EvidencePiece: Codable, Sendable, Equatable {
  /// Bytes of bodies that one piece holds at most, before Base64.
  package static let limit = 4 << 20

  package var items: [Item]

  /// Bytes and hashes are Base64.
  package enum Item: Codable, Sendable, Equatable {
    case record(index: UInt64, entry: String, path: [String])
    case part(salt: String, bytes: String)
    /// A record of the log's own that says why bodies lack, or how far an open session has come; its `text` part follows.
    case own(index: UInt64, entry: String, path: [String])
    /// Continues the part before.
    case more(bytes: String)
  }

  package init(items: [Item] = []) {
    self.items = items
  }
}
