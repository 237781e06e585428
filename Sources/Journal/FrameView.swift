import Evidence
import SessionModel
import Signatures

/// One record in its reader's memory.
struct FrameView {
  let index: UInt64
  /// Of the frame in its segment.
  let offset: Int
  /// Of the frame behind it.
  let next: Int
  /// Index of the first record of the batch it was written in.
  let batch: UInt64
  let entry: UnsafeRawBufferPointer
  /// Salts and bytes in the order of the entry's part lines.
  let bodies: UnsafeRawBufferPointer

  /// Whether retention has deleted the bodies: each would be 32 bytes at least.
  func isPruned(_ view: EntryView) -> Bool { bodies.isEmpty && view.partCount > 0 }

  /// Copies the record out; a pruned one without bodies.
  /// - Throws: `.damaged` when the entry is not one, or its part lines do not fit what is stored.
  func record(hasher: SHA256) throws(JournalError) -> StoredRecord {
    let view = try self.view()
    var stored: [StoredRecord.Body] = []
    stored.reserveCapacity(view.partCount)
    try forEachBody(view) { part, salt, bytes in
      stored.append(StoredRecord.Body(name: part.name, salt: Array(salt), bytes: Array(bytes)))
    }
    return StoredRecord(
      index: index, fields: view.fields, entry: Array(entry), leaf: Leaf.hash(entry, with: hasher).leaf,
      bodies: stored)
  }

  func view() throws(JournalError) -> EntryView {
    do {
      return try EntryView(reading: entry)
    } catch {
      throw JournalError(.damaged, record: index, detail: error.description)
    }
  }

  func forEachBody(
    _ view: EntryView,
    _ body: (EntryView.Part, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
  ) throws(JournalError) {
    if isPruned(view) { return }
    var offset = 0
    for number in 0..<view.partCount {
      let part = view.part(number)
      guard bodies.count - offset >= Commitment.saltLength + part.length else {
        throw JournalError(.damaged, record: index, detail: "a body is shorter than the entry says")
      }
      let middle = offset + Commitment.saltLength
      body(
        part, UnsafeRawBufferPointer(rebasing: bodies[offset..<middle]),
        UnsafeRawBufferPointer(rebasing: bodies[middle..<(middle + part.length)]))
      offset = middle + part.length
    }
    guard offset == bodies.count else {
      throw JournalError(.damaged, record: index, detail: "there are more bytes than the entry says")
    }
  }
}

extension FrameView {
  /// The bytes of one body, in place; nil where the record has none of this name.
  func body(_ name: PartName, _ view: EntryView) throws(JournalError) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    try forEachBody(view) { part, _, bytes in
      if part.name == name { found = bytes }
    }
    return found
  }
}
