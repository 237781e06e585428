import Evidence
import Signatures

/// Reads a journal's leaf hashes in order, without its bodies.
package final class LeafCursor {
  private let cursor: JournalCursor
  private let hasher = SHA256()
  private var limit: UInt64 = 0

  package init(directory: String, from index: UInt64 = 0) {
    cursor = JournalCursor(directory: directory, from: index)
  }

  /// Index of the leaf that comes next.
  package var position: UInt64 { cursor.position }

  /// The next leaf, or nil at the limit; may be asked again when the limit has grown.
  /// - Throws: `.damaged` or `.missing`, naming the record.
  package func next(limit: UInt64) throws(JournalError) -> SHA256.Digest? {
    if limit > self.limit {
      cursor.refresh()
      self.limit = limit
    }
    guard let frame = try cursor.nextFrame(limit: limit) else { return nil }
    let leaf = Leaf.hash(frame.entry, with: hasher)
    cursor.advance(past: frame)
    return leaf
  }
}
