import Evidence
import Signatures

/// A request to a witness: the checkpoint, and the proof that it extends the one that the witness cosigned last.
///
///     old N
///     zero to 63 hashes, one a line in Base64
///     an empty line
///     the checkpoint, a signed note
///
/// Source: C2SP tlog-witness, "add-checkpoint".
package struct AddCheckpoint: Equatable, Sendable {
  package static let proofLimit = 63
  /// Largest request that is read, in bytes.
  package static let sizeLimit = SignedNote.sizeLimit + 4096

  package var old: UInt64
  package var proof: [SHA256.Digest]
  package var note: SignedNote

  package init(old: UInt64, proof: [SHA256.Digest], note: SignedNote) {
    self.old = old
    self.proof = proof
    self.note = note
  }

  package init(parsing bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= Self.sizeLimit, let whole = String(validating: bytes, as: UTF8.self) else {
      throw Self.malformed
    }
    var lines = whole.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard let first = lines.popFirst(), first.hasPrefix("old "), let old = DecimalText.read(first.dropFirst(4)) else {
      throw Self.malformed
    }
    var proof: [SHA256.Digest] = []
    while let line = lines.popFirst(), !line.isEmpty {
      guard proof.count < Self.proofLimit, let hash = StrictBase64.decode(line), hash.count == 32 else {
        throw Self.malformed
      }
      proof.append(hash.withUnsafeBytes { SHA256.Digest(copying: $0) })
    }
    self.init(old: old, proof: proof, note: try SignedNote(parsing: Array(lines.joined(separator: "\n").utf8)))
  }

  package var bytes: [UInt8] {
    let proof = proof.map { StrictBase64.encode($0.bytes) + "\n" }.joined()
    return Array("old \(old)\n\(proof)\n".utf8) + note.bytes
  }

  private static let malformed = NoteError(.malformed, "not an add-checkpoint request")
}
