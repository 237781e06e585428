import Foundation
import Signatures

/// What opening a journal found at its end.
package struct JournalRecovery: Sendable, Equatable {
  /// A tail that was never acknowledged.
  package struct Cut: Sendable, Equatable {
    /// Index that its first record would have had.
    package var index: UInt64
    /// Bytes from its start to the file's end, zeros ahead left out.
    package var bytes: Int
  }

  package var cut: Cut?
}

extension JournalWriter {
  /// Opens a journal, or begins one; makes durable what a former process had written, and cuts a torn tail.
  ///
  /// - Parameter expecting: Number of records known to be durable, where it is known: later ones are cut, fewer are an error.
  /// - Throws: `.locked` when another writer has it; `.damaged` or `.missing`, naming the record, when its end is not
  ///   what a crash leaves; `.storage` when the directory cannot be used.
  package static func open(
    directory path: String, options: JournalOptions = JournalOptions(), storage: any Storage = FileStorage(),
    expecting: UInt64? = nil
  ) throws(JournalError) -> (writer: JournalWriter, recovery: JournalRecovery) {
    try prepareDirectory(path)
    let lock = try JournalLock(directory: path)
    try SegmentPruner.sweep(JournalDirectory(path: path), storage)
    var end = JournalEnd(directory: JournalDirectory(path: path), storage: storage, expecting: expecting)
    let place = try end.find()
    let writer = JournalWriter(
      directory: end.directory, options: options, storage: storage, lock: lock, place: place)
    return (writer, JournalRecovery(cut: end.cut))
  }

  private static func prepareDirectory(_ path: String) throws(JournalError) {
    if mkdir(path, 0o700) != 0 {
      guard errno == EEXIST else {
        throw JournalError(.storage, detail: "the store cannot be made: \(String(cString: strerror(errno)))")
      }
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
        throw JournalError(.storage, detail: "the store is not a directory of the recorder's user")
      }
      guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else {
        throw JournalError(.storage, detail: "the store is open to other users")
      }
    }
  }
}

/// Finds where a journal's records end, and removes what a crash left behind them.
struct JournalEnd {
  let directory: JournalDirectory
  let storage: any Storage
  let expecting: UInt64?
  private(set) var cut: JournalRecovery.Cut?

  init(directory: JournalDirectory, storage: any Storage, expecting: UInt64?) {
    self.directory = directory
    self.storage = storage
    self.expecting = expecting
  }

  mutating func find() throws(JournalError) -> JournalWriter.Place {
    var segments = try directory.segments()
    while let last = segments.popLast() {
      if let place = try find(inSegment: last, isFirst: segments.isEmpty) {
        if let expecting, place.nextIndex < expecting {
          throw JournalError(.missing, record: place.nextIndex, detail: "an acknowledged record is gone")
        }
        return place
      }
      // A segment without a whole record: its first batch never became durable, so the one before is the last.
      do {
        try storage.remove(path: directory.path(ofSegment: last))
        try storage.syncDirectory(path: directory.path)
      } catch {
        throw JournalError(.storage, record: last, detail: "an empty segment cannot be removed")
      }
      if let before = segments.last {
        let reached = try countedEnd(ofSegment: before)
        guard reached == last else {
          throw JournalError(.missing, record: reached, detail: "records before the last segment are gone")
        }
      } else if last != 0 {
        throw JournalError(.missing, record: 0, detail: "the first segment is gone")
      }
    }
    guard (expecting ?? 0) == 0 else {
      throw JournalError(.missing, record: 0, detail: "all segments are gone")
    }
    return JournalWriter.Place(file: nil, segmentStart: 0, nonce: 0, end: 0, allocated: 0, nextIndex: 0)
  }

  /// Nil where the segment holds no whole record.
  private mutating func find(inSegment first: UInt64, isFirst: Bool) throws(JournalError) -> JournalWriter.Place? {
    let path = directory.path(ofSegment: first)
    let reader: SegmentReader
    do {
      reader = try SegmentReader(path: path, firstIndex: first)
    } catch {
      guard error.code == .damaged, try SegmentTail.isUnwrittenHeader(path: path) else { throw error }
      return nil
    }
    var tail = SegmentTail(reader: reader)
    try tail.scan(upTo: expecting)
    if tail.index == first { return nil }
    let file: any StorageFile
    do {
      file = try storage.open(path: path, new: false)
      if tail.isCut {
        cut = JournalRecovery.Cut(index: tail.index, bytes: tail.cutBytes)
        try file.truncate(to: tail.offset)
      }
      // Whole frames may be in memory alone when the process before was killed.
      try file.sync()
      try storage.syncDirectory(path: directory.path)
    } catch {
      throw JournalError(
        .storage, record: tail.index,
        detail: "the last segment cannot be used: \(String(cString: strerror(error.number)))")
    }
    return JournalWriter.Place(
      file: file, segmentStart: first, nonce: reader.nonce, end: tail.offset,
      allocated: tail.isCut ? tail.offset : try reader.size(), nextIndex: tail.index)
  }

  /// Index behind the last record of a segment that another one follows.
  private func countedEnd(ofSegment first: UInt64) throws(JournalError) -> UInt64 {
    let reader = try SegmentReader(path: directory.path(ofSegment: first), firstIndex: first)
    var index = first
    var offset = SegmentFormat.headerLength
    while let next = try reader.skipFrame(at: offset) {
      offset = next
      index += 1
    }
    return index
  }
}
