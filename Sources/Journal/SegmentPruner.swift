import Evidence
import Foundation
import Signatures

/// Deletes bodies from a sealed segment: makes it anew without them, and puts that in its place.
///
/// A crash at any moment leaves the segment as it was or as it is to be, and at most a file `NAME.seg.new`, which the next opening
/// of the journal removes. Readers that have the old file open read it to its end; its blocks are free once they close it.
package struct SegmentPruner {
  package struct Outcome: Equatable, Sendable {
    /// Records whose bodies were deleted now.
    package var records: UInt64 = 0
    /// Bytes that the segment is shorter.
    package var bytes = 0
  }

  static let suffix = ".new"
  /// Bytes of one write.
  private static let chunk = 1 << 20

  private let directory: JournalDirectory
  private let storage: any Storage

  package init(directory: String, storage: any Storage = FileStorage()) {
    self.directory = JournalDirectory(path: directory)
    self.storage = storage
  }

  /// - Parameters:
  ///   - first: The segment; not the one that is being written, nor the one before it, from which a start goes on.
  ///   - next: Index of the record behind its last.
  ///   - isDue: Whether a record's bodies go. Asked in order.
  /// - Returns: What was deleted; the file is left alone where that is nothing.
  /// - Throws: `.damaged` when the segment does not check: nothing is deleted from it then; `.full`, `.storage`.
  package func prune(
    segment first: UInt64, upTo next: UInt64, isDue: (UInt64) -> Bool
  ) throws(JournalError) -> Outcome {
    let path = directory.path(ofSegment: first)
    let reader = try SegmentReader(path: path, firstIndex: first)
    let before = try reader.size()
    var outcome = Outcome()
    do {
      let file = try begin(path + Self.suffix)
      defer { file.close() }
      var writer = SegmentCopy(file: file, limit: Self.chunk)
      try writer.add(SegmentFormat.header(firstIndex: first, nonce: reader.nonce))
      var offset = SegmentFormat.headerLength
      for index in first..<next {
        guard case .record(let frame) = try reader.frame(at: offset, index: index) else {
          throw JournalError(.damaged, record: index, detail: "it does not check, so its segment is not pruned")
        }
        let entry = try frame.view()
        if !frame.bodies.isEmpty, isDue(index) {
          guard entry.kind.isPrunable else {
            throw JournalError(.failed, record: index, detail: "bodies of this kind of record are never deleted")
          }
          outcome.records += 1
          try writer.add(Self.frame(of: frame.entry, batch: frame.batch, nonce: reader.nonce))
        } else if let bytes = try reader.bytes(at: offset, count: frame.next - offset) {
          try writer.add(UnsafeRawBufferPointer(start: bytes, count: frame.next - offset))
        }
        offset = frame.next
      }
      guard case .end = try reader.frame(at: offset, index: next) else {
        throw JournalError(.damaged, record: next, detail: "its segment does not end where the next begins")
      }
      guard outcome.records > 0 else {
        try storage.remove(path: path + Self.suffix)
        return outcome
      }
      try writer.finish()
      try file.sync()
      // As read-only as the one whose place it takes.
      if isSealed(path) { do { try file.seal() } catch {} }
      outcome.bytes = before - writer.written
      try storage.replace(path: path, by: path + Self.suffix)
      try storage.syncDirectory(path: directory.path)
      return outcome
    } catch let fault as StorageFault {
      // What is left of the new file goes now, or when the journal is opened next.
      do { try storage.remove(path: path + Self.suffix) } catch {}
      let isFull = [ENOSPC, EDQUOT, EFBIG].contains(fault.number)
      throw JournalError(
        isFull ? .full : .storage, record: first,
        detail: "its segment could not be pruned: \(String(cString: strerror(fault.number)))")
    } catch let error as JournalError {
      do { try storage.remove(path: path + Self.suffix) } catch {}
      throw error
    } catch {
      throw JournalError(.storage, record: first, detail: "its segment could not be pruned")
    }
  }

  private func isSealed(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o200 == 0
  }

  /// Removes what a crash left of segments in the making.
  static func sweep(_ directory: JournalDirectory, _ storage: any Storage) throws(JournalError) {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: directory.path) } catch {
      throw JournalError(.storage, detail: "the directory cannot be listed")
    }
    for name in names where name.hasSuffix(".seg" + suffix) {
      do { try storage.remove(path: directory.path + "/" + name) } catch {
        throw JournalError(.storage, detail: "what was left of a segment in the making cannot be removed")
      }
    }
  }

  private func begin(_ path: String) throws(StorageFault) -> any StorageFile {
    do { return try storage.open(path: path, new: true) } catch {
      guard error.number == EEXIST else { throw error }
      try storage.remove(path: path)
      return try storage.open(path: path, new: true)
    }
  }

  /// The frame of a record without its bodies.
  private static func frame(of entry: UnsafeRawBufferPointer, batch: UInt64, nonce: UInt64) -> [UInt8] {
    let length = 2 + entry.count
    var bytes = [UInt8](repeating: 0, count: SegmentFormat.frameHeaderLength)
    bytes.append(UInt8(entry.count >> 8))
    bytes.append(UInt8(entry.count & 0xff))
    bytes.append(contentsOf: entry)
    bytes.withUnsafeMutableBytes { memory in
      let payload = UnsafeRawBufferPointer(rebasing: memory[SegmentFormat.frameHeaderLength...])
      let header = FrameHeader(length: length, batch: batch, payloadChecksum: CRC32C.checksum(payload))
      if let base = memory.baseAddress { header.write(to: base, nonce: nonce) }
    }
    return bytes
  }
}

/// A file's bytes as they gather, written in pieces.
private struct SegmentCopy {
  let file: any StorageFile
  let limit: Int
  private(set) var written = 0
  private var pending: [UInt8] = []

  init(file: any StorageFile, limit: Int) {
    self.file = file
    self.limit = limit
  }

  mutating func add(_ bytes: [UInt8]) throws(StorageFault) {
    pending += bytes
    if pending.count >= limit { try finish() }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) throws(StorageFault) {
    pending.append(contentsOf: bytes)
    if pending.count >= limit { try finish() }
  }

  mutating func finish() throws(StorageFault) {
    var done = 0
    while done < pending.count {
      let (from, at) = (done, written)
      let result = pending.withUnsafeBytes { bytes in
        Result { () throws(StorageFault) in
          try file.write(UnsafeRawBufferPointer(rebasing: bytes[from...]), at: at)
        }
      }
      let count = try result.get()
      guard count > 0 else { throw StorageFault(number: EIO) }
      done += count
      written += count
    }
    pending.removeAll(keepingCapacity: true)
  }
}
