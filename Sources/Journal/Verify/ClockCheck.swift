import Evidence
import SessionModel

/// Holds the recorder's times against the times at which witnesses cosigned.
///
/// A record that a cosigned checkpoint covers was there when it was cosigned; one behind it came later, but for those that were
/// appended while the checkpoint was on its way.
struct ClockCheck {
  typealias Finding = JournalVerifier.Finding

  /// Seconds by which the clocks of recorder and witness may differ.
  static let tolerance: Int64 = 300

  let store: String
  let records: UInt64

  func finding(_ signed: [SignedCheckpoint]) -> Finding? {
    let reader = JournalReader(directory: store)
    var found: Finding?
    for one in signed {
      let size = one.checkpoint.size
      guard size <= records else { continue }
      let times = one.cosignatures.compactMap(\.time).map { Int64(clamping: $0) }
      guard let first = times.min(), let last = times.max() else { continue }
      // Times ascend in a journal: the last that is covered, and the first that is not, tell for all.
      if size > 0, let time = second(size - 1, reader), time > first + Self.tolerance {
        note(size - 1, "it was received \(time - first) s after a witness had cosigned it", &found)
      }
      if size < records, let time = second(size, reader), time < last - Self.tolerance {
        note(size, "it was received \(last - time) s before a witness had cosigned all that come before it", &found)
      }
    }
    return found
  }

  private func note(_ record: UInt64, _ detail: String, _ found: inout Finding?) {
    guard record < found?.record ?? .max else { return }
    found = Finding(record: record, fault: .clockImpossible, detail: detail)
  }

  /// Seconds since 1970 at which a record was received.
  private func second(_ index: UInt64, _ reader: JournalReader) -> Int64? {
    (try? reader.record(at: index, limit: records)).map { $0.fields.receivedAt.microseconds / 1_000_000 }
  }
}
