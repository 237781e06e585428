import NIOCore
import SessionModel

/// Version 1 of what a gateway and a recorder say to each other. It has no verb that reads.
package enum IngestVersion {
  package static let current: UInt16 = 1
}

/// Bounds of the ingest socket, checked before anything is allocated. Bytes unless said otherwise.
package enum IngestLimits {
  /// One frame: a record's parts together are at most this, less the header.
  package static let frame = 80 << 20
  /// Name of a gateway.
  package static let name = 64
  /// Parts of one record.
  package static let parts = 8
  /// Receipts in one acknowledgement.
  package static let receipts = 65_536
  /// One entry.
  package static let entry = 4096
  /// JSON of a decision or the like.
  package static let json = 1 << 20
  package static let saltBytes = 32
  /// A signed note.
  package static let note = 65_536
  /// Hashes of one proof: a tree of 2^64 leaves needs no more.
  package static let proof = 128
  /// Lanes of one gateway: it has one for each event loop.
  package static let lanes: UInt16 = 256
}

/// What a gateway sends.
package enum IngestRequest: Sendable, Equatable {
  case hello(Hello)
  case append(Append)

  /// The first frame of a connection.
  package struct Hello: Sendable, Equatable {
    package var version: UInt16
    /// Bound by the recorder to the peer's uid or certificate.
    package var gateway: String
    /// Each of a gateway's lanes numbers its records for itself.
    package var lane: UInt16
    /// Number of the last record of this lane whose receipt this process has seen; 0 when it has seen none.
    package var acknowledged: UInt64
    /// Drawn when the gateway's process starts: a recorder that sees a new one ends the lane's sessions left open.
    package var incarnation: UInt64
    /// Size of the newest checkpoint of the log that this process has found in order, 0 before the first; `nil` for a gateway that wants to
    /// be shown none.
    package var checkpoint: UInt64?

    package init(
      version: UInt16, gateway: String, lane: UInt16, acknowledged: UInt64, incarnation: UInt64,
      checkpoint: UInt64? = nil
    ) {
      self.checkpoint = checkpoint
      self.version = version
      self.gateway = gateway
      self.lane = lane
      self.acknowledged = acknowledged
      self.incarnation = incarnation
    }
  }

  package struct Append: Sendable, Equatable {
    /// Number within the lane, from 1, without gaps.
    package var gseq: UInt64
    package var session: SessionID
    package var kind: RecordKind
    /// The gateway's clock.
    package var claimedAt: Timestamp
    package var parts: [Part]

    package init(gseq: UInt64, session: SessionID, kind: RecordKind, claimedAt: Timestamp, parts: [Part]) {
      self.gseq = gseq
      self.session = session
      self.kind = kind
      self.claimedAt = claimedAt
      self.parts = parts
    }
  }

  package struct Part: Sendable, Equatable {
    package var name: PartName
    /// 32 bytes drawn by the gateway.
    package var salt: [UInt8]
    package var bytes: ByteBuffer

    package init(name: PartName, salt: [UInt8], bytes: ByteBuffer) {
      self.name = name
      self.salt = salt
      self.bytes = bytes
    }
  }
}

/// What a recorder sends back.
package enum IngestReply: Sendable, Equatable {
  case welcome(Welcome)
  /// Receipts, in order. A receipt means that the record is durable.
  case receipts([Receipt])
  /// A person's answer to a held request of this gateway. JSON of `DecisionMeta`, and the entry it was recorded as.
  case decision(session: SessionID, DecisionMeta, leaf: LeafHash)
  /// An operator ends a session.
  case end(session: SessionID, by: String, reason: String)
  /// The log's newest checkpoint, with what shows that it goes on from the one that the gateway has seen.
  case checkpoint(LogStatement)
  /// The connection is over; the reason is fit for a log and a client.
  case refused(code: RefusalCode, reason: String)

  package struct Welcome: Sendable, Equatable {
    package var version: UInt16
    /// Last durable number of this lane: the gateway goes on behind it.
    package var durable: UInt64
    package var origin: String

    package init(version: UInt16, durable: UInt64, origin: String) {
      self.version = version
      self.durable = durable
      self.origin = origin
    }
  }

  /// Hashes are 32 bytes each, one behind the other.
  package struct LogStatement: Sendable, Equatable {
    /// The log's verifier key, `name+id+key`.
    package var key: String
    /// The signed note.
    package var note: ByteBuffer
    /// Size that the consistency proof begins at.
    package var old: UInt64
    package var consistency: [LeafHash]
    /// A record of this lane that has a receipt, and its way to the checkpoint's root.
    package var index: UInt64?
    package var inclusion: [LeafHash]
    /// The changes of the log's key, signed notes, oldest first.
    package var rotations: [ByteBuffer]

    package init(
      key: String, note: ByteBuffer, old: UInt64, consistency: [LeafHash], index: UInt64?, inclusion: [LeafHash],
      rotations: [ByteBuffer] = []
    ) {
      self.rotations = rotations
      self.key = key
      self.note = note
      self.old = old
      self.consistency = consistency
      self.index = index
      self.inclusion = inclusion
    }
  }

  package struct Receipt: Sendable, Equatable {
    package var gseq: UInt64
    /// Position in the journal, from 0.
    package var index: UInt64
    package var leaf: LeafHash
    /// The exact bytes whose hash is the leaf.
    package var entry: ByteBuffer

    package init(gseq: UInt64, index: UInt64, leaf: LeafHash, entry: ByteBuffer) {
      self.gseq = gseq
      self.index = index
      self.leaf = leaf
      self.entry = entry
    }
  }
}

package enum RefusalCode: UInt16, Sendable {
  case version = 1
  /// The peer may not use this gateway's name.
  case name = 2
  /// A frame that is not of this protocol, or out of order.
  case malformed = 3
  /// The store cannot be written: disk full, input/output error.
  case store = 4
  case shuttingDown = 5
}

/// A frame that breaks the protocol. The detail never contains captured data.
package struct IngestProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
  package var detail: String

  package init(_ detail: String) {
    self.detail = detail
  }

  package var description: String { "ingest protocol: \(detail)" }
}
