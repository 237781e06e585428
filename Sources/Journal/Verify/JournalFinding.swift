import SessionModel
import Signatures

extension JournalVerifier {
  /// How a record is not what it was.
  package enum Fault: String, Sendable {
    /// Its bytes have changed: a checksum, an entry, a commitment or the log's hash of it does not agree.
    case edited
    /// A record before it is gone.
    case removed
    /// It stands in another place than it was written in.
    case reordered
    /// It was not there when the log's hash of its place was made.
    case inserted
    /// The journal, or a segment of it, ends too early.
    case truncated
    /// No checkpoint covers it, though one would by its time.
    case unsigned
    /// A signature or a checkpoint was not made by the log's key.
    case forged
    /// The log is at an earlier state than one that was seen.
    case rolledBack = "rolled back"
    /// The log has another past than the one that was seen.
    case forked
    /// Its bodies are gone, and no tombstone of a policy on record wanted that.
    case prunedWithoutRight = "pruned without right"
    /// It says that it came before, or long after, a checkpoint that a witness has dated.
    case clockImpossible = "clock impossible"
    /// It could not be read: nothing is said about it.
    case unreadable
  }

  package struct Finding: Error, Equatable, Sendable {
    package var record: UInt64
    package var fault: Fault
    package var detail: String

    package init(record: UInt64, fault: Fault, detail: String) {
      self.record = record
      self.fault = fault
      self.detail = detail
    }

    static let backwards = "its time is before the record before it"

    init(_ error: JournalError, at record: UInt64) {
      let fault: Fault =
        switch error.code {
        case .damaged: .edited
        case .missing: .removed
        case .locked, .full, .storage, .failed, .tooLarge: .unreadable
        }
      self.init(record: error.record ?? record, fault: fault, detail: error.detail)
    }

    /// What is wrong with a lane's next number; nil when it follows.
    static func lane(_ name: String, number: UInt64, after last: UInt64, record: UInt64) -> Finding? {
      guard number != last &+ 1 else { return nil }
      return Finding(
        record: record, fault: number <= last ? .reordered : .removed,
        detail: "\(name) has number \(number) where \(last &+ 1) is due")
    }

    /// What is wrong with a session's next entry; nil when it follows.
    static func chain(
      number: UInt64, prev: SHA256.Digest, count: UInt64, head: SHA256.Digest, record: UInt64
    ) -> Finding? {
      guard number == count else {
        return Finding(
          record: record, fault: number < count ? .reordered : .removed,
          detail: "its session has number \(number) where \(count) is due")
      }
      guard prev == head else {
        return Finding(record: record, fault: .edited, detail: "it does not follow the entry before it in its session")
      }
      return nil
    }
  }
}
