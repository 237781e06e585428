import SessionModel
import Signatures

/// Checks a bundle against the log's key: signature, every entry and body, every proof, and that the session is whole.
package enum BundleCheck {
  /// What a bundle that is intact holds.
  package struct Result: Equatable, Sendable {
    package var session: SessionID
    package var records: [StoredRecord]
    package var checkpoint: SignedCheckpoint
    package var transcript: [UInt8]
    /// What a timestamp authority says of the checkpoint; checked only where its certificate was given.
    package var timestamp: TimestampToken?
    /// Records whose bodies retention had deleted before the bundle was made, by the policy that wanted it.
    package var pruned: [String: Int] = [:]
    /// When the log stated how far the session had come, where it was still open; the bundle is complete up to then.
    package var openAt: Timestamp?
    /// What people noted of the session, as the log has it. Nothing shows that none was left out.
    package var notes: [SessionNote] = []
    /// The log's own records of those notes.
    package var ownRecords: [StoredRecord] = []
  }

  /// Why a bundle is not what it claims to be.
  package struct Finding: Error, Equatable, Sendable {
    /// Number of the record within the session; nil for the bundle as a whole.
    package var record: Int?
    /// `edited`, `removed`, `reordered`, `truncated`, `forged` or `malformed`.
    package var fault: String
    package var detail: String

    package init(record: Int?, fault: String, detail: String) {
      self.record = record
      self.fault = fault
      self.detail = detail
    }
  }

  /// - Parameters:
  ///   - archive: The tar file's bytes.
  ///   - key: A key of the log, from elsewhere.
  ///   - authorities: PEM file of timestamp authorities; nil to leave a token unchecked.
  package static func check(
    _ archive: [UInt8], key: VerifierKey, witnesses: [VerifierKey] = [], authorities: String? = nil
  ) throws(Finding) -> Result {
    let files: [String: ArraySlice<UInt8>]
    do { files = try TarArchive.decode(archive) } catch {
      throw Finding(record: nil, fault: "malformed", detail: error.description)
    }
    guard let note = files["checkpoint"] else {
      throw Finding(record: nil, fault: "removed", detail: "the bundle has no checkpoint")
    }
    let signed: SignedCheckpoint
    let keys = try logKeys(files, key)
    do { signed = try keys.read(Array(note), witnesses: witnesses) } catch {
      throw Finding(record: nil, fault: "forged", detail: "the checkpoint does not verify: \(error)")
    }
    let own = try BundleOwnRecords(files, signed)
    var pruned: [String: Int] = [:]
    var records: [StoredRecord] = []
    while let entry = files["entries/" + EvidenceBundle.number(records.count)] {
      records.append(try record(Array(entry), number: records.count, after: records.last, files, signed, own))
      if let record = records.last, record.isPruned, let policy = own.policy(of: record.index) {
        pruned[policy, default: 0] += 1
      }
    }
    let openAt = try requireWhole(records, files, own, keys)
    guard let session = records.first?.fields.session else {
      throw Finding(record: nil, fault: "removed", detail: "the bundle has no records")
    }
    guard own.notes.allSatisfy({ $0.session == session }) else {
      throw Finding(record: nil, fault: "inserted", detail: "the bundle has a note of another session")
    }
    return Result(
      session: session, records: records, checkpoint: signed, transcript: files["transcript.txt"].map(Array.init) ?? [],
      timestamp: try timestamp(files, signed, authorities), pruned: pruned, openAt: openAt, notes: own.notes,
      ownRecords: own.noteRecords)
  }

  private static func logKeys(
    _ files: [String: ArraySlice<UInt8>], _ key: VerifierKey
  ) throws(Finding) -> LogKeys {
    do throws(NoteError) {
      var rotations: [KeyRotation] = []
      while let note = files["rotations/" + EvidenceBundle.number(rotations.count)] {
        rotations.append(try KeyRotation(parsing: Array(note)))
      }
      return try LogKeys(key, rotations: rotations)
    } catch {
      throw Finding(record: nil, fault: "forged", detail: "the log's keys: \(error)")
    }
  }

  private static func timestamp(
    _ files: [String: ArraySlice<UInt8>], _ signed: SignedCheckpoint, _ authorities: String?
  ) throws(Finding) -> TimestampToken? {
    guard let file = files["checkpoint.tsr"] else { return nil }
    guard let token = TimestampToken(response: Array(file)) else {
      throw Finding(record: nil, fault: "edited", detail: "the timestamp token cannot be read")
    }
    guard let authorities else { return token }
    do { try token.check(.expected(for: signed.bytes), authorities: authorities) } catch {
      throw Finding(record: nil, fault: "forged", detail: "the timestamp token does not verify: \(error)")
    }
    return token
  }

  /// Verifier keys that the bundle names. They prove nothing: compare them.
  package static func namedKeys(_ archive: [UInt8]) -> [String] {
    guard let files = try? TarArchive.decode(archive), let keys = files["keys"] else { return [] }
    return String(decoding: keys, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  private static func record(
    _ entry: [UInt8], number: Int, after last: StoredRecord?, _ files: [String: ArraySlice<UInt8>],
    _ signed: SignedCheckpoint, _ own: BundleOwnRecords
  ) throws(Finding) -> StoredRecord {
    func fault(_ fault: String, _ detail: String) -> Finding { Finding(record: number, fault: fault, detail: detail) }
    let fields: EntryFields
    do { fields = try EntryReader.parse(entry) } catch { throw fault("edited", error.description) }
    let name = EvidenceBundle.number(number)
    guard let bytes = files["proofs/\(name).tlog-proof"] else { throw fault("removed", "its proof is not there") }
    let proof: LogProof
    do { proof = try LogProof(parsing: Array(bytes)) } catch { throw fault("edited", "its proof: \(error)") }
    guard proof.note == signed.note else { throw fault("forged", "its proof leads to another checkpoint") }
    let leaf = Leaf.hash(entry)
    guard
      InclusionProof.isValid(
        proof.path, leaf: SHA256.Digest(leaf), index: proof.index, size: signed.checkpoint.size,
        root: signed.checkpoint.root)
    else { throw fault("edited", "it is not in the log at index \(proof.index)") }
    guard fields.sseq == UInt64(number), fields.session != nil else {
      throw fault("removed", "it is entry \(fields.sseq) of its session, \(number) is due")
    }
    if let last {
      guard fields.session == last.fields.session, proof.index > last.index else {
        throw fault("reordered", "it is of another session, or stands before the record before it")
      }
      guard last.fields.kind != .sessionEnd else { throw fault("inserted", "it stands behind the session's end") }
    }
    guard fields.prev == last?.leaf ?? .none, fields.kind == .sessionStart || number > 0 else {
      throw fault("removed", "it does not follow the entry before it")
    }
    return StoredRecord(
      index: proof.index, fields: fields, entry: entry, leaf: leaf,
      bodies: try bodies(fields, number, files, isPruned: own.policy(of: proof.index) != nil))
  }

  private static func bodies(
    _ fields: EntryFields, _ number: Int, _ files: [String: ArraySlice<UInt8>], isPruned: Bool
  ) throws(Finding) -> [StoredRecord.Body] {
    if isPruned, !fields.parts.isEmpty, fields.kind.isPrunable,
      fields.parts.allSatisfy({ files["parts/\(EvidenceBundle.number(number)).\($0.name.name)"] == nil })
    {
      return []
    }
    var bodies: [StoredRecord.Body] = []
    for part in fields.parts {
      let name = part.name.name
      guard let file = files["parts/\(EvidenceBundle.number(number)).\(name)"] else {
        throw Finding(record: number, fault: "removed", detail: "its \(name) is not there")
      }
      let salt = Array(file.prefix(Commitment.saltLength))
      let bytes = Array(file.dropFirst(Commitment.saltLength))
      guard bytes.count == part.length, Commitment.hash(salt: salt, bytes: bytes) == part.commitment else {
        throw Finding(record: number, fault: "edited", detail: "its \(name) is not what the entry commits to")
      }
      bodies.append(StoredRecord.Body(name: part.name, salt: salt, bytes: bytes))
    }
    return bodies
  }

  /// An end that the log has itself: its entry states how many entries come before it, and the last one's hash. Of a session that
  /// was open, the log's own `heads` states the same.
  /// - Returns: When it did; nil where the session has its end.
  private static func requireWhole(
    _ records: [StoredRecord], _ files: [String: ArraySlice<UInt8>], _ own: BundleOwnRecords, _ keys: LogKeys
  ) throws(Finding) -> Timestamp? {
    var openAt: Timestamp?
    if let last = records.last, last.fields.kind != .sessionEnd, let session = last.fields.session {
      openAt = own.statedAt(session, count: UInt64(records.count), head: last.leaf, after: last.index)
    }
    guard records.last?.fields.kind == .sessionEnd || openAt != nil else {
      throw Finding(
        record: records.count, fault: "truncated",
        detail: "there is no session-end, and no heads of the log that ends here: its tail was left out")
    }
    let known =
      1 + keys.rotations.count + 3 * own.count
      + records.reduce(0) { $0 + ($1.isPruned ? 0 : $1.fields.parts.count) + 2 }
      + ["README", "verify.sh", "keys", "transcript.txt", "checkpoint.tsr"].count { files[$0] != nil }
    guard files.count == known else {
      throw Finding(record: nil, fault: "inserted", detail: "the bundle has files that are none of a bundle")
    }
    return openAt
  }
}
