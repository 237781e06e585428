import Evidence
import Foundation
import SessionModel
import Signatures

/// Appends records to a journal, a batch at a time.
///
/// `append` puts records into memory; `commit` makes them durable together, with one write and one `fdatasync`. After
/// any fault in a commit nothing of its batch counts, and the writer takes nothing more: what the kernel still holds of a
/// file whose sync failed says nothing of the disk. A new writer, opened with `durable` as its `expecting`, goes on.
///
/// Not `Sendable`: it belongs to one thread.
package final class JournalWriter {
  package let directory: JournalDirectory
  /// Index of the record that the next `append` makes.
  package private(set) var nextIndex: UInt64
  /// Number of durable records.
  package private(set) var durable: UInt64
  /// Why nothing more is taken, once a commit has failed.
  package private(set) var failure: JournalError?
  /// Nanoseconds of the last commit's `fdatasync`.
  package private(set) var lastSync: UInt64 = 0

  private let options: JournalOptions
  private let storage: any Storage
  private let lock: JournalLock
  private let hasher = SHA256()
  private var file: (any StorageFile)?
  private var segmentStart: UInt64
  private var nonce: UInt64
  /// End of the durable frames in the segment, and of what has been written at all.
  private var end: Int
  private var allocated: Int
  private var buffer: UnsafeMutableRawBufferPointer
  private var pending = 0
  private let zeros: [UInt8]

  /// Where a writer begins: what `JournalRecovery` found.
  struct Place {
    var file: (any StorageFile)?
    var segmentStart: UInt64
    var nonce: UInt64
    var end: Int
    var allocated: Int
    var nextIndex: UInt64
  }

  init(directory: JournalDirectory, options: JournalOptions, storage: any Storage, lock: JournalLock, place: Place) {
    self.directory = directory
    self.options = options
    self.storage = storage
    self.lock = lock
    file = place.file
    segmentStart = place.segmentStart
    nonce = place.nonce
    end = place.end
    allocated = place.allocated
    nextIndex = place.nextIndex
    durable = place.nextIndex
    buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    zeros = [UInt8](repeating: 0, count: options.aheadLength)
  }

  deinit {
    file?.close()
    buffer.deallocate()
  }

  /// Bytes that the next commit writes.
  package var pendingBytes: Int { pending }

  /// True when the next batch begins a new segment: the caller rolls, and appends a `heads` record first.
  package var needsSegment: Bool {
    pending == 0 && (file == nil || end >= options.segmentLength)
  }

  /// Ends the segment. The next commit makes another.
  /// - Precondition: nothing is pending.
  package func roll() {
    precondition(pending == 0, "a batch lies in one segment")
    if let file {
      // Only the zeros ahead go; should that fail, readers know zeros for an end.
      do { try file.truncate(to: end) } catch {}
      // A slip of whoever comes with the recorder's user changes nothing in it; should it fail, nothing depends on it.
      if options.sealsSegments { do { try file.seal() } catch {} }
      file.close()
    }
    file = nil
    segmentStart = nextIndex
    nonce = UInt64.random(in: UInt64.min...UInt64.max)
    end = SegmentFormat.headerLength
    allocated = 0
  }

  /// Puts a record into the batch.
  /// - Returns: Its index, leaf and exact entry. The entry's memory holds until the next `append` or `commit`.
  /// - Throws: `.failed` after a failed commit, `.tooLarge` beyond `SegmentFormat.payloadLimit`.
  package func append(
    _ head: RecordHead, parts: UnsafeBufferPointer<RecordPart>
  ) throws(JournalError) -> AppendedRecord {
    if let failure { throw JournalError(.failed, detail: failure.detail) }
    precondition(file != nil || segmentStart == nextIndex || pending > 0, "a journal without a segment is rolled first")
    precondition(parts.count <= EntryWriter.partLimit, "a record has too many parts")
    var bodies = 0
    for part in parts { bodies += Commitment.saltLength + part.bytes.count }
    let headLength = SegmentFormat.frameHeaderLength + 2
    guard bodies + EntryWriter.maximumLength + 2 <= SegmentFormat.payloadLimit else {
      throw JournalError(.tooLarge, record: nextIndex, detail: "the record is too large for a frame")
    }
    reserve(headLength + EntryWriter.maximumLength + bodies)
    guard let frame = buffer.baseAddress.map({ $0 + pending }) else { preconditionFailure("no buffer") }
    let payload = frame + SegmentFormat.frameHeaderLength
    let entry = (payload + 2).assumingMemoryBound(to: UInt8.self)
    var writer = EntryWriter(at: entry)
    writer.writeHead(
      kind: head.kind, session: head.session, sseq: head.sseq, prev: head.prev, gateway: head.gateway, gseq: head.gseq,
      claimedAt: head.claimedAt, receivedAt: head.receivedAt)
    for part in parts {
      let salt = UnsafeRawBufferPointer(start: part.salt, count: Commitment.saltLength)
      writer.writePart(
        part.name, length: part.bytes.count, commitment: Commitment.hash(salt: salt, bytes: part.bytes, with: hasher))
    }
    let entryLength = writer.next - entry
    payload.storeBytes(of: UInt16(entryLength).bigEndian, as: UInt16.self)
    var next = UnsafeMutableRawPointer(writer.next)
    for part in parts {
      next.copyMemory(from: part.salt, byteCount: Commitment.saltLength)
      next += Commitment.saltLength
      if let bytes = part.bytes.baseAddress { next.copyMemory(from: bytes, byteCount: part.bytes.count) }
      next += part.bytes.count
    }
    let length = next - payload
    let header = FrameHeader(
      length: length, batch: durable,
      payloadChecksum: CRC32C.checksum(UnsafeRawBufferPointer(start: payload, count: length)))
    header.write(to: frame, nonce: nonce)
    let bytes = UnsafeRawBufferPointer(start: entry, count: entryLength)
    let made = AppendedRecord(index: nextIndex, leaf: Leaf.hash(bytes, with: hasher), entry: bytes)
    pending += SegmentFormat.frameHeaderLength + length
    nextIndex += 1
    return made
  }

  /// Makes the batch durable.
  /// - Throws: `.full` or `.storage`; nothing of the batch counts then, and every later call throws `.failed`.
  package func commit() throws(JournalError) {
    if let failure { throw JournalError(.failed, detail: failure.detail) }
    guard pending > 0 else { return }
    do {
      try write()
    } catch {
      fail(error)
      throw failure ?? JournalError(.storage, detail: "the batch was not written")
    }
    end += pending
    pending = 0
    durable = nextIndex
    if buffer.count > 16 << 20 {
      buffer.deallocate()
      buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    }
  }

  /// Gives up the file and the lock. Nothing pending becomes durable.
  package func close() {
    if failure == nil { failure = JournalError(.failed, detail: "the journal is closed") }
    file?.close()
    file = nil
    lock.release()
  }

  private func write() throws(StorageFault) {
    let isNew = file == nil
    let target: any StorageFile
    if let file {
      target = file
    } else {
      target = try storage.open(path: directory.path(ofSegment: segmentStart), new: true)
      file = target
      let header = SegmentFormat.header(firstIndex: segmentStart, nonce: nonce)
      try write(header.withUnsafeBytes { Array($0) }, to: target, at: 0)
    }
    try write(UnsafeRawBufferPointer(rebasing: buffer[..<pending]), to: target, at: end)
    let reached = end + pending
    if reached > allocated {
      allocated = reached
      // A large batch is dominated by its own bytes: zeros ahead of the next would only double them.
      if !zeros.isEmpty, pending <= zeros.count / 4 {
        do {
          allocated += try zeros.withUnsafeBytes { bytes throws(StorageFault) in
            try target.write(bytes, at: reached)
          }
        } catch {
          // Room for zeros is a convenience; the batch itself has been written.
        }
      }
    }
    let before = DispatchTime.now().uptimeNanoseconds
    try target.sync()
    lastSync = DispatchTime.now().uptimeNanoseconds - before
    if isNew { try storage.syncDirectory(path: directory.path) }
  }

  private func write(_ bytes: [UInt8], to file: any StorageFile, at offset: Int) throws(StorageFault) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(StorageFault) in try write(bytes, to: file, at: offset) }
    }
    try result.get()
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, to file: any StorageFile, at offset: Int
  ) throws(StorageFault) {
    var written = 0
    while written < bytes.count {
      let count = try file.write(UnsafeRawBufferPointer(rebasing: bytes[written...]), at: offset + written)
      guard count > 0 else { throw StorageFault(number: EIO) }
      written += count
    }
  }

  private func fail(_ fault: StorageFault) {
    let code: JournalError.Code =
      switch fault.number {
      case ENOSPC, EDQUOT, EFBIG: .full
      default: .storage
      }
    failure = JournalError(
      code, record: durable, detail: "the batch could not be made durable: \(String(cString: strerror(fault.number)))")
    // What was written of the batch was not acknowledged. Should this not work, the next start cuts it.
    if let file {
      if end == SegmentFormat.headerLength, segmentStart == durable {
        do { try storage.remove(path: directory.path(ofSegment: segmentStart)) } catch {}
      } else {
        do { try file.truncate(to: end) } catch {}
      }
      file.close()
    }
    file = nil
    pending = 0
    nextIndex = durable
  }

  private func reserve(_ count: Int) {
    guard buffer.count - pending < count else { return }
    var capacity = buffer.count
    while capacity - pending < count { capacity *= 2 }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<pending]))
    buffer.deallocate()
    buffer = larger
  }
}
