import SessionModel
import Signatures

/// What an entry states beside its parts, as a writer is given it.
package struct RecordHead {
  package var kind: RecordKind
  package var session: SessionID?
  package var sseq: UInt64
  package var prev: SHA256.Digest
  /// `NAME/LANE` or `recorder`; the memory holds while it is appended.
  package var gateway: UnsafeBufferPointer<UInt8>
  package var gseq: UInt64
  package var claimedAt: Timestamp
  package var receivedAt: Timestamp

  package init(
    kind: RecordKind, session: SessionID?, sseq: UInt64, prev: SHA256.Digest, gateway: UnsafeBufferPointer<UInt8>,
    gseq: UInt64, claimedAt: Timestamp, receivedAt: Timestamp
  ) {
    self.kind = kind
    self.session = session
    self.sseq = sseq
    self.prev = prev
    self.gateway = gateway
    self.gseq = gseq
    self.claimedAt = claimedAt
    self.receivedAt = receivedAt
  }
}

/// A body, as a writer is given it; the memory holds while it is appended.
package struct RecordPart {
  package var name: PartName
  /// 32 bytes.
  package var salt: UnsafeRawPointer
  package var bytes: UnsafeRawBufferPointer

  package init(name: PartName, salt: UnsafeRawPointer, bytes: UnsafeRawBufferPointer) {
    self.name = name
    self.salt = salt
    self.bytes = bytes
  }
}

/// A record in a batch that is not durable yet.
package struct AppendedRecord {
  package var index: UInt64
  package var leaf: SHA256.Digest
  /// Holds until the writer's next call.
  package var entry: UnsafeRawBufferPointer
}
