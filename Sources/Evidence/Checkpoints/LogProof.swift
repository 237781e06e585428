import Signatures

/// One entry's proof of inclusion with the checkpoint that it leads to, in a file of its own.
///
///     c2sp.org/tlog-proof@v1
///     index N
///     one hash a line in Base64, from the leaf upwards
///     an empty line
///     the checkpoint, a signed note
///
/// Source: C2SP tlog-proof. The optional line `extra` is read and passed over.
package struct LogProof: Equatable, Sendable {
  package var index: UInt64
  package var path: [SHA256.Digest]
  package var note: SignedNote

  /// Hashes of a path in a tree of 64-bit size.
  package static let pathLimit = 64
  private static let opening = "c2sp.org/tlog-proof@v1"

  package init(index: UInt64, path: [SHA256.Digest], note: SignedNote) {
    self.index = index
    self.path = path
    self.note = note
  }

  package init(parsing bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= SignedNote.sizeLimit + 8192, let whole = String(validating: bytes, as: UTF8.self) else {
      throw LogProof.malformed
    }
    var lines = whole.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard lines.popFirst() == Substring(LogProof.opening) else { throw LogProof.malformed }
    if lines.first?.hasPrefix("extra ") == true { _ = lines.popFirst() }
    guard let line = lines.popFirst(), line.hasPrefix("index "), let index = DecimalText.read(line.dropFirst(6)) else {
      throw LogProof.malformed
    }
    var path: [SHA256.Digest] = []
    while let line = lines.popFirst(), !line.isEmpty {
      guard path.count < LogProof.pathLimit, let hash = StrictBase64.decode(line), hash.count == 32 else {
        throw LogProof.malformed
      }
      path.append(hash.withUnsafeBytes { SHA256.Digest(copying: $0) })
    }
    self.init(
      index: index, path: path, note: try SignedNote(parsing: Array(lines.joined(separator: "\n").utf8)))
  }

  package var bytes: [UInt8] {
    var text = "\(LogProof.opening)\nindex \(index)\n"
    for hash in path { text += StrictBase64.encode(hash.bytes) + "\n" }
    return Array((text + "\n").utf8) + note.bytes
  }

  private static let malformed = NoteError(.malformed, "not a tlog-proof")
}
