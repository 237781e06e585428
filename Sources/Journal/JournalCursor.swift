import Evidence
import SessionModel
import Signatures

/// Reads a journal from one record on, in order, and goes on as it grows.
///
/// It may read while a writer in the same or another process appends: it never looks beyond the limit it is given, and
/// everything below that is durable. Not `Sendable`: each reader has its own.
package final class JournalCursor {
  private let directory: JournalDirectory
  private let hasher = SHA256()
  private var segment: SegmentReader?
  private var offset = SegmentFormat.headerLength
  /// The last limit that was given.
  private var limit: UInt64 = 0
  /// Index of the record that `next` returns next.
  package private(set) var position: UInt64

  /// - Parameter index: The first record to return; it need not be there yet.
  package init(directory: String, from index: UInt64 = 0) {
    self.directory = JournalDirectory(path: directory)
    position = index
  }

  /// The next record, or nil at the limit; may be asked again when the limit has grown.
  /// - Parameter limit: Number of durable records: only those with a smaller index are returned.
  /// - Throws: `.damaged` or `.missing`, naming the record; the position stays where it is.
  package func next(limit: UInt64) throws(JournalError) -> StoredRecord? {
    guard let view = try nextFrame(limit: limit) else { return nil }
    let record = try view.record(hasher: hasher)
    advance(past: view)
    return record
  }

  /// The frame at the position, in place. The caller goes on with `advance`.
  func nextFrame(limit: UInt64) throws(JournalError) -> FrameView? {
    guard position < limit else { return nil }
    if segment == nil { try openSegment() }
    guard let current = segment else { return nil }
    if limit != self.limit {
      // What was read ahead of an earlier limit may have been cut since, after a commit that failed, and written anew.
      current.refresh()
      self.limit = limit
    }
    if case .record(let view) = try current.frame(at: offset, index: position) { return view }
    // What was read ahead may be older than what the writer has made durable since.
    current.refresh()
    switch try current.frame(at: offset, index: position) {
    case .record(let view):
      return view
    case .damaged(let reason):
      throw JournalError(.damaged, record: position, detail: reason)
    case .end:
      guard position > current.firstIndex, try current.isZero(from: offset) else {
        throw JournalError(.missing, record: position, detail: "the record is not there")
      }
      let following = try SegmentReader(path: directory.path(ofSegment: position), firstIndex: position)
      segment = following
      offset = SegmentFormat.headerLength
      switch try following.frame(at: offset, index: position) {
      case .record(let view): return view
      case .damaged(let reason): throw JournalError(.damaged, record: position, detail: reason)
      case .end: throw JournalError(.missing, record: position, detail: "the record is not there")
      }
    }
  }

  /// Forgets what was read ahead: bytes behind an earlier limit may have been cut and written again since.
  func refresh() {
    segment?.refresh()
  }

  func advance(past view: FrameView) {
    offset = view.next
    position = view.index + 1
  }

  private func openSegment() throws(JournalError) {
    guard let first = try directory.segments().last(where: { $0 <= position }) else {
      throw JournalError(.missing, record: position, detail: "no segment holds the record")
    }
    let opened = try SegmentReader(path: directory.path(ofSegment: first), firstIndex: first)
    var index = first
    var at = SegmentFormat.headerLength
    while index < position {
      guard let next = try opened.skipFrame(at: at) else {
        throw JournalError(.damaged, record: index, detail: "the frame's header does not check")
      }
      at = next
      index += 1
    }
    offset = at
    segment = opened
  }
}
