/// The fields of one journal entry, as its lines state them.
///
/// `Evidence` writes and reads the exact bytes; they are never re-serialised to verify.
package struct EntryFields: Equatable, Sendable {
  package var kind: RecordKind
  /// `nil` for the recorder's own records that belong to no session.
  package var session: SessionID?
  /// Number within the session, from 0.
  package var sseq: UInt64
  /// Leaf hash of this session's entry before it; `LeafHash.none` at its start.
  package var prev: LeafHash
  /// `NAME/LANE` of the gateway; `recorder` for the recorder's own.
  package var gateway: String
  package var gseq: UInt64
  /// The gateway's clock.
  package var claimedAt: Timestamp
  /// The recorder's clock; it never runs backwards within a journal.
  package var receivedAt: Timestamp
  package var parts: [Part]

  package struct Part: Equatable, Sendable {
    package var name: PartName
    /// Bytes.
    package var length: Int
    /// SHA-256(salt ‖ bytes), 32 bytes.
    package var commitment: [UInt8]

    package init(name: PartName, length: Int, commitment: [UInt8]) {
      self.name = name
      self.length = length
      self.commitment = commitment
    }
  }

  package init(
    kind: RecordKind, session: SessionID?, sseq: UInt64, prev: LeafHash, gateway: String, gseq: UInt64,
    claimedAt: Timestamp, receivedAt: Timestamp, parts: [Part]
  ) {
    self.kind = kind
    self.session = session
    self.sseq = sseq
    self.prev = prev
    self.gateway = gateway
    self.gseq = gseq
    self.claimedAt = claimedAt
    self.receivedAt = receivedAt
    self.parts = parts
  }
}

/// One record as the journal holds it.
package struct StoredRecord: Equatable, Sendable {
  /// Position in the journal, from 0.
  package var index: UInt64
  package var fields: EntryFields
  /// The exact bytes of the entry.
  package var entry: [UInt8]
  package var leaf: LeafHash
  /// In the order of the entry's part lines.
  package var bodies: [Body]

  package struct Body: Equatable, Sendable {
    package var name: PartName
    /// 32 bytes.
    package var salt: [UInt8]
    package var bytes: [UInt8]

    package init(name: PartName, salt: [UInt8], bytes: [UInt8]) {
      self.name = name
      self.salt = salt
      self.bytes = bytes
    }
  }

  package init(index: UInt64, fields: EntryFields, entry: [UInt8], leaf: LeafHash, bodies: [Body]) {
    self.index = index
    self.fields = fields
    self.entry = entry
    self.leaf = leaf
    self.bodies = bodies
  }

  /// Retention has deleted the bodies that the entry commits to.
  package var isPruned: Bool { bodies.isEmpty && !fields.parts.isEmpty }

  /// The body of this name, where the record has one.
  package func body(_ name: PartName) -> [UInt8]? {
    bodies.first { $0.name == name }?.bytes
  }

  /// Bytes of the body of this name; 0 where the record has none.
  package func bodyLength(_ name: PartName) -> Int {
    bodies.first { $0.name == name }?.bytes.count ?? 0
  }
}
