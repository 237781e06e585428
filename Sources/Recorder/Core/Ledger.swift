import Evidence
import Foundation
import IngestProtocol
import Journal
import NIOCore
import SessionModel
import Signatures

/// The recorder's state: the journal's writer, open sessions, and how far each lane has come.
///
/// Pure of channels and threads: it belongs to whoever calls it, in the service the one ingest event loop. Records are
/// appended to a batch; `commit` makes it durable and hands out its receipts.
final class Ledger {
  let path: String
  private let options: JournalOptions
  private let storage: any Storage
  private let clock: () -> Timestamp
  private(set) var writer: JournalWriter
  private var reader: JournalReader
  var lanes: [String: Lane] = [:]
  var sessions: [SessionID: OpenSession] = [:]
  /// The chain of records that belong to no session.
  var ownCount: UInt64 = 0
  var ownHead = SHA256.Digest.zero
  var ownNumber: UInt64 = 0
  var lastReceived = Timestamp(microseconds: 0)
  /// Sessions that gateways have ended since the start.
  private(set) var endedSessions: UInt64 = 0
  /// Legal holds that stand.
  var holds = LegalHolds()
  private(set) var syncs = SyncHistogram()
  private var parts: [RecordPart] = []
  private var dirty: [Lane] = []

  init(
    path: String, options: JournalOptions = JournalOptions(), storage: any Storage = FileStorage(),
    clock: @escaping () -> Timestamp
  ) throws {
    self.path = path
    self.options = options
    self.storage = storage
    self.clock = clock
    let opened = try JournalWriter.open(directory: path, options: options, storage: storage)
    writer = opened.writer
    reader = JournalReader(directory: path)
    parts.reserveCapacity(EntryWriter.partLimit)
    try restore()
    if let cut = opened.recovery.cut {
      _ = try appendOwn(
        .recorder, session: nil,
        meta: RecorderMeta(event: "torn tail cut", detail: "at record \(cut.index), \(cut.bytes) bytes"))
    }
    _ = try appendOwn(.recorder, session: nil, meta: RecorderMeta(event: "start", detail: ""))
    try endCutImports()
    try commit()
  }

  var durable: UInt64 { writer.durable }

  /// After a failed commit: opens the journal again behind its last durable record, dropping what was never acknowledged.
  func reopen() throws {
    let durable = writer.durable
    writer.close()
    let opened = try JournalWriter.open(directory: path, options: options, storage: storage, expecting: durable)
    writer = opened.writer
    reader = JournalReader(directory: path)
    lanes = [:]
    sessions = [:]
    dirty = []
    ownCount = 0
    ownHead = .zero
    ownNumber = 0
    holds = LegalHolds()
    try restore()
    _ = try appendOwn(.recorder, session: nil, meta: RecorderMeta(event: "store writable again", detail: ""))
    try commit()
  }

  /// Appends one record of a gateway from its frame's bytes behind the type, and notes its receipt.
  ///
  /// A number already taken is not appended again: its receipt is given again.
  /// - Throws: `.malformed` when the frame, its number or its session is not what may come now; `.store`.
  func append(_ body: UnsafeRawBufferPointer, lane: Lane) throws(LedgerError) {
    parts.removeAll(keepingCapacity: true)
    let head = try AppendFrame(reading: body, parts: &parts)
    guard head.gseq > lane.gseq else { return try repeatReceipt(head.gseq, lane: lane) }
    guard head.gseq == lane.gseq + 1 else { throw LedgerError(.malformed, "a record's number was left out") }
    guard head.claimedAt.isWritable else { throw LedgerError(.malformed, "a record's time is out of range") }
    var count: UInt64 = 0
    var prev = SHA256.Digest.zero
    switch head.kind {
    case .sessionStart:
      guard sessions[head.session] == nil else { throw LedgerError(.malformed, "the session has begun already") }
    case .request, .requestMore, .response, .execution, .note, .sessionEnd:
      guard let session = sessions[head.session], session.lane == lane.name else {
        throw LedgerError(.malformed, "the session is not open in this lane")
      }
      count = session.count
      prev = session.head
    case .decision, .access, .heads, .recorder, .tombstone, .legalHold:
      throw LedgerError(.malformed, "a gateway may not write this kind of record")
    }
    let made = try put(
      kind: head.kind, session: head.session, sseq: count, prev: prev, gateway: lane.nameBytes, gseq: head.gseq,
      claimedAt: head.claimedAt)
    lane.remember(gseq: head.gseq, index: made.index)
    switch head.kind {
    case .sessionStart:
      sessions[head.session] = OpenSession(lane: lane.name, count: 1, head: made.leaf)
    case .sessionEnd:
      sessions[head.session] = nil
      endedSessions += 1
    case .execution:
      advance(head.session, made)
      settle(head.session, meta: parts.first { $0.name == .meta }?.bytes)
    case .request, .requestMore, .response, .note, .decision, .access, .heads, .recorder, .tombstone, .legalHold:
      advance(head.session, made)
    }
    note(lane, gseq: head.gseq, index: made.index, leaf: made.leaf, entry: made.entry)
  }

  /// Appends a record of the recorder's own; `session` names the one whose chain it belongs to.
  func appendOwn(
    _ kind: RecordKind, session: SessionID?, meta: some Encodable, text: [UInt8]? = nil
  ) throws(LedgerError) -> (index: UInt64, leaf: SHA256.Digest) {
    // A new segment's first record comes before, since it may be in the same chain.
    try beginSegment()
    return try appendEncoded(kind, session: session, meta: meta, text: text)
  }

  private func appendEncoded(
    _ kind: RecordKind, session: SessionID?, meta: some Encodable, text: [UInt8]? = nil
  ) throws(LedgerError) -> (index: UInt64, leaf: SHA256.Digest) {
    guard let json = try? JSONEncoder().encode(meta) else { throw LedgerError(.store, "a record cannot be encoded") }
    var bodies: [(name: PartName, bytes: [UInt8])] = [(.meta, [UInt8](json))]
    if let text { bodies.append((.text, text)) }
    return try appendBodies(kind, session: session, bodies: bodies, claimedAt: nil)
  }

  /// Appends a record of the recorder's own with these bodies, in the order of `PartName`. The segment has room for it.
  func appendBodies(
    _ kind: RecordKind, session: SessionID?, bodies: [(name: PartName, bytes: [UInt8])], claimedAt: Timestamp?
  ) throws(LedgerError) -> (index: UInt64, leaf: SHA256.Digest) {
    var sseq = ownCount
    var prev = ownHead
    if let session {
      if kind == .sessionStart {
        guard sessions[session] == nil else { throw LedgerError(.malformed, "the session has begun already") }
        sessions[session] = OpenSession(lane: GatewayName.recorder, count: 0, head: .zero)
      }
      guard let open = sessions[session] else { throw LedgerError(.notFound, "the session is not open") }
      sseq = open.count
      prev = open.head
    }
    let salts = bodies.map { _ in (0..<4).map { _ in UInt64.random(in: .min ... .max) } }
    // The parts point into one stretch of memory: salts and bodies one after the other.
    var memory: [UInt8] = []
    for (salt, body) in zip(salts, bodies) {
      salt.withUnsafeBytes { memory += $0 }
      memory += body.bytes
    }
    let result = memory.withUnsafeBytes { memory in
      Result { () throws(LedgerError) in
        parts.removeAll(keepingCapacity: true)
        var offset = 0
        for body in bodies {
          guard let base = memory.baseAddress else { break }
          parts.append(
            RecordPart(
              name: body.name, salt: base + offset,
              bytes: UnsafeRawBufferPointer(start: base + offset + 32, count: body.bytes.count)))
          offset += 32 + body.bytes.count
        }
        return try putRaw(
          kind: kind, session: session, sseq: sseq, prev: prev, gateway: Array(GatewayName.recorder.utf8),
          gseq: ownNumber + 1, claimedAt: claimedAt)
      }
    }
    let made = try result.get()
    ownNumber += 1
    if let session {
      advance(session, made)
      if kind == .sessionEnd { sessions[session] = nil }
    } else {
      ownCount += 1
      ownHead = made.leaf
    }
    return (made.index, made.leaf)
  }

  /// Makes the batch durable.
  /// - Returns: Lanes whose receipts may go out, each with a whole frame.
  @discardableResult
  func commit() throws(LedgerError) -> [(Lane, ByteBuffer)] {
    do {
      let pending = writer.pendingBytes > 0
      try writer.commit()
      if pending { syncs.add(nanoseconds: writer.lastSync) }
    } catch {
      dirty = []
      throw LedgerError(.store, error.detail)
    }
    guard !dirty.isEmpty else { return [] }
    var frames: [(Lane, ByteBuffer)] = []
    frames.reserveCapacity(dirty.count)
    for lane in dirty {
      var frame = lane.receipts
      frame.setInteger(UInt32(frame.readableBytes - 4), at: 0)
      frame.setInteger(lane.receiptCount, at: 5)
      lane.frameEnds(at: lane.lastIndex)
      // The next batch is likely to be as large.
      lane.receipts = ByteBufferAllocator().buffer(capacity: min(frame.readableBytes, 64 << 10))
      lane.receiptCount = 0
      frames.append((lane, frame))
    }
    dirty.removeAll(keepingCapacity: true)
    return frames
  }

  /// Forgets the receipts that a lane's lost connection would have had.
  func dropReceipts(of lane: Lane) {
    lane.receipts = ByteBuffer()
    lane.receiptCount = 0
    dirty.removeAll { $0 === lane }
  }

  /// Appends the state that a later start goes on from.
  @discardableResult
  func appendHeads() throws(LedgerError) -> UInt64 {
    let open = sessions.sorted { $0.key < $1.key }.map {
      OpenSessions.line($0.key, count: $0.value.count, head: $0.value.head.leaf)
    }
    return try appendEncoded(
      .heads, session: nil,
      meta: HeadsMeta(
        lanes: lanes.values.sorted { $0.name < $1.name }.map {
          HeadsMeta.Lane(name: $0.name, gseq: $0.gseq, incarnation: $0.incarnation)
        },
        sessions: sessions.sorted { $0.key < $1.key }.map {
          HeadsMeta.Session(
            id: $0.key, lane: $0.value.lane, count: $0.value.count, head: $0.value.head.leaf,
            decisions: $0.value.decisions)
        }, holds: holds.active.isEmpty ? nil : holds.active), text: Array(open.joined().utf8)
    ).index
  }

  /// Ends the segment that is being written, where it holds records beside its head: the next one's head is durable on return.
  func seal() throws(LedgerError) {
    try commit()
    writer.roll()
    try appendHeads()
    try commit()
  }

  /// Reads a durable record.
  func record(at index: UInt64) throws -> StoredRecord {
    try reader.record(at: index, limit: writer.durable)
  }

  /// Removes a decision that its gateway has carried out.
  func settle(_ session: SessionID, meta: UnsafeRawBufferPointer?) {
    guard let meta, !(sessions[session]?.decisions.isEmpty ?? true),
      let execution = try? JSONDecoder().decode(ExecutionMeta.self, from: Data(meta))
    else { return }
    sessions[session]?.settle(step: execution.step)
  }

  private func advance(_ session: SessionID, _ made: AppendedRecord) {
    sessions[session]?.count += 1
    sessions[session]?.head = made.leaf
  }

  func beginSegment() throws(LedgerError) {
    guard writer.needsSegment else { return }
    writer.roll()
    try appendHeads()
  }

  private func put(
    kind: RecordKind, session: SessionID?, sseq: UInt64, prev: SHA256.Digest, gateway: [UInt8], gseq: UInt64,
    claimedAt: Timestamp
  ) throws(LedgerError) -> AppendedRecord {
    if writer.needsSegment {
      let saved = parts
      try beginSegment()
      parts = saved
    }
    return try putRaw(
      kind: kind, session: session, sseq: sseq, prev: prev, gateway: gateway, gseq: gseq, claimedAt: claimedAt)
  }

  private func putRaw(
    kind: RecordKind, session: SessionID?, sseq: UInt64, prev: SHA256.Digest, gateway: [UInt8], gseq: UInt64,
    claimedAt: Timestamp?
  ) throws(LedgerError) -> AppendedRecord {
    // The recorder's time never runs backwards, whatever its clock does.
    lastReceived = max(lastReceived, clock())
    let result = gateway.withUnsafeBufferPointer { name in
      parts.withUnsafeBufferPointer { parts in
        Result { () throws(JournalError) in
          try writer.append(
            RecordHead(
              kind: kind, session: session, sseq: sseq, prev: prev, gateway: name, gseq: gseq,
              claimedAt: claimedAt ?? lastReceived, receivedAt: lastReceived),
            parts: parts)
        }
      }
    }
    switch result {
    case .success(let made): return made
    case .failure(let error):
      throw LedgerError(error.code == .tooLarge ? .malformed : .store, error.detail)
    }
  }

  private func repeatReceipt(_ gseq: UInt64, lane: Lane) throws(LedgerError) {
    guard let index = lane.index(of: gseq), index < writer.durable,
      let record = try? reader.record(at: index, limit: writer.durable)
    else { throw LedgerError(.malformed, "a record was sent again that is no longer at hand") }
    record.entry.withUnsafeBytes {
      note(lane, gseq: gseq, index: index, leaf: SHA256.Digest(record.leaf), entry: $0)
    }
  }

  private func note(
    _ lane: Lane, gseq: UInt64, index: UInt64, leaf: SHA256.Digest, entry: UnsafeRawBufferPointer
  ) {
    if lane.receiptCount == 0 {
      dirty.append(lane)
      lane.receipts.writeInteger(UInt32(0))
      lane.receipts.writeInteger(UInt8(ascii: "R"))
      lane.receipts.writeInteger(UInt32(0))
    }
    lane.receiptCount += 1
    lane.lastIndex = index
    lane.receipts.writeInteger(gseq)
    lane.receipts.writeInteger(index)
    _ = leaf.withUnsafeBytes { lane.receipts.writeBytes($0) }
    lane.receipts.writeInteger(UInt16(entry.count))
    lane.receipts.writeBytes(entry)
  }
}
