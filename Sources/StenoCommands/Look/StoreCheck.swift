import Evidence
import Foundation
import Journal
import SessionModel
import Signatures
import Witness

/// What a check found, of a store or of a bundle.
struct StoreCheck: Encodable {
  /// `intact`, `broken` or `unchecked`.
  var state: String
  var records: UInt64 = 0
  var sessions = 0
  var bytes: Int64 = 0
  var witnessed = false
  /// The first bad record, and how it is bad.
  var record: UInt64?
  var fault: String?
  var detail: String?
  /// Records that the last signed checkpoint covers, and those behind it.
  var checkpoint: UInt64?
  var unsigned: UInt64 = 0
  /// Records whose bodies retention has deleted with right, by policy.
  var pruned: [String: UInt64] = [:]
  /// Records that a known witness has cosigned.
  var cosigned: UInt64?
  /// Records that a timestamp authority has seen, when (seconds since 1970), and whether its certificate was there to check that.
  var timestamped: UInt64?
  var timestamp: Int64?
  var timestampChecked: Bool?
  /// The checkpoint itself, for a witness.
  var newest: SignedCheckpoint?
  /// When the log stated how far a bundle's session had come, where it was open.
  var openAt: Timestamp?
  /// Notes of people that a bundle has.
  var notes = 0
  /// The session of a bundle.
  var session: SessionID?
  /// Whose word the log's key is: `given`, or `store` or `bundle` where it comes from what is being checked.
  var key: String

  /// 0, 1 or 2, as the contract states them.
  var status: Int32 { state == "intact" ? 0 : state == "broken" ? 1 : 2 }

  /// Checks a store.
  /// - Parameter key: The log's key, where the caller has it from elsewhere.
  static func run(
    _ store: String, key: VerifierKey? = nil, witnesses: [VerifierKey] = [], others: [[UInt8]] = [],
    authorities: String? = nil, progress: (UInt64) -> Void
  ) throws -> StoreCheck {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: store, isDirectory: &isDirectory), isDirectory.boolValue,
      access(store, R_OK | X_OK) == 0
    else { throw CommandFailure("cannot read the store \(store); name it with --store, and run as its own user") }
    let report: StoreVerifier.Report
    do {
      report = try StoreVerifier(
        store: store, key: key, witnesses: witnesses, others: others, authorities: authorities
      ).verify(progress: progress)
    } catch {
      throw CommandFailure("cannot check \(store): \(error)")
    }
    guard report.records > 0 || report.finding != nil else {
      throw CommandFailure("\(store) holds no records; a store that was used has some, so look where they went")
    }
    let finding = report.finding
    var check = StoreCheck(
      state: finding == nil ? "intact" : finding?.fault == .unreadable ? "unchecked" : "broken",
      records: report.records, sessions: report.sessions, bytes: report.bytes, record: finding?.record,
      fault: finding?.fault.rawValue, detail: finding?.detail, key: key == nil ? "store" : "given")
    check.witnessed = report.cosigned != nil
    check.cosigned = report.cosigned?.checkpoint.size
    check.newest = report.checkpoint
    check.checkpoint = report.checkpoint?.checkpoint.size
    check.unsigned = report.unsigned
    check.timestamped = report.stamped?.size
    check.timestamp = report.stamped?.time
    check.timestampChecked = report.stamped?.isChecked
    check.pruned = report.pruned
    return check
  }

  /// Holds an intact store's last checkpoint against what a witness has seen.
  mutating func ask(_ address: WitnessAddress, store: String, keys: [VerifierKey]) async {
    guard let newest else { return }
    let outcome = await WitnessClient(address: address, key: nil).cosign(newest, known: cosigned ?? 0) { old in
      try LogReader(store: store).consistency(from: old, to: newest.checkpoint.size)
    }
    func fail(_ state: String, _ fault: String?, _ record: UInt64?, _ detail: String) {
      self.state = state
      self.fault = fault
      self.record = record
      self.detail = detail
      witnessed = false
    }
    let size = newest.checkpoint.size
    switch outcome {
    case .cosigned(let signature):
      // Only a key that is known from elsewhere says who has signed.
      let note = SignedNote(text: newest.note.text, signatures: [signature])
      if (try? note.verified(by: keys)) != nil {
        witnessed = true
        cosigned = size
      }
    case .behind(let seen):
      fail(
        "broken", JournalVerifier.Fault.rolledBack.rawValue, size,
        "the witness has seen \(seen) records, the store's last checkpoint covers \(size)")
    case .forked(let seen):
      fail(
        "broken", JournalVerifier.Fault.forked.rawValue, 0,
        "the store is another one than the \(seen) records that the witness has seen")
    case .refused(let status):
      fail("unchecked", "unreadable", nil, "the witness does not know this log or its key (status \(status))")
    case .unreachable(let reason):
      fail("unchecked", "unreadable", nil, "the witness \(address) does not answer as one: \(reason)")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case state, records, sessions, bytes, witnessed, record, fault, detail, checkpoint, cosigned, unsigned, pruned,
      session, key, notes
    case timestamped, timestamp
    case timestampChecked = "timestamp_checked"
    case openAt = "open_at"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(state, forKey: .state)
    try container.encode(records, forKey: .records)
    try container.encode(sessions, forKey: .sessions)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(witnessed, forKey: .witnessed)
    try container.encode(record, forKey: .record)
    try container.encode(fault, forKey: .fault)
    try container.encode(detail, forKey: .detail)
    try container.encode(checkpoint, forKey: .checkpoint)
    try container.encodeIfPresent(cosigned, forKey: .cosigned)
    try container.encode(unsigned, forKey: .unsigned)
    if notes > 0 { try container.encode(notes, forKey: .notes) }
    if !pruned.isEmpty { try container.encode(pruned, forKey: .pruned) }
    try container.encodeIfPresent(session, forKey: .session)
    try container.encodeIfPresent(openAt, forKey: .openAt)
    try container.encode(key, forKey: .key)
    try container.encodeIfPresent(timestamped, forKey: .timestamped)
    try container.encodeIfPresent(
      timestamp.map { Timestamp(microseconds: $0 * 1_000_000).description }, forKey: .timestamp)
    try container.encodeIfPresent(timestampChecked, forKey: .timestampChecked)
  }

  var lines: [String] {
    let what = session.map { "session \($0), " } ?? ""
    let counted = "\(what)\(records) records of \(sessions) sessions checked, \(Shown.bytes(bytes))"
    if let fault, let detail {
      let place = record.map { "record \($0) " } ?? ""
      return ["\(state): \(place)\(fault): \(Shown.line(detail))", "  \(counted) before it"]
    }
    var lines = ["intact: \(counted); \(witnessed ? "witnessed" : "unwitnessed")"]
    if let openAt { lines.append("  the session was open at \(Shown.time(openAt)): complete up to there") }
    if notes > 0 { lines.append("  \(notes) \(notes == 1 ? "note" : "notes") of people, as the log has them") }
    if let checkpoint { lines.append("  the signed checkpoint covers \(checkpoint) records of the log") }
    if let cosigned { lines.append("  witnesses have cosigned \(cosigned) of them") }
    if let timestamped, let timestamp {
      let time = Shown.time(Timestamp(microseconds: timestamp * 1_000_000))
      lines.append(
        "  a timestamp authority saw \(timestamped) of them at \(time)"
          + (timestampChecked == true ? "" : ": not checked, give its certificate with --tsa-ca"))
    }
    if unsigned > 0 { lines.append("  \(unsigned) records at the end are not signed yet") }
    for (policy, count) in pruned.sorted(by: { $0.key < $1.key }) {
      lines.append("  pruned, authorised: \(count) records by policy \(Shown.line(policy, limit: 63))")
    }
    if key != "given" {
      lines.append("  the log's key is the \(key)'s own: compare it with one that you have from elsewhere (--vkey)")
    }
    return lines
  }
}
