import NIOCore
import ProxyCore
import SessionModel
import Signatures

extension Relay {
  /// Puts what masks took out into a part of the record that only the investigators open.
  /// - Returns: False where it cannot be sealed: it goes on no record then, and the session does not go on.
  func seal(_ draft: inout RecordDraft) -> Bool {
    guard let originals = draft.originals else { return true }
    draft.originals = nil
    guard let envelope = environment.connection.investigators?.seal(Array(originals.readableBytesView)) else {
      return false
    }
    draft.parts.append(RecordDraft.Part(.originals, ByteBuffer(bytes: envelope)))
    return true
  }
}
