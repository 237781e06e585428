import Evidence
import Signatures

extension StoreVerifier {
  /// Adds the checkpoints that a timestamp authority has seen to those that the journal must agree with.
  /// - Returns: The newest of them.
  func stamps(_ signed: inout [SignedCheckpoint], _ log: LogKeys) throws -> Stamped? {
    let newest = signed.map(\.checkpoint.size).max() ?? 0
    let stamps: [TimestampFile.Stamp]
    do { stamps = try TimestampFile(store: store).history().stamps } catch {
      throw Finding(record: 0, fault: .edited, detail: error.detail)
    }
    var last: Stamped?
    for (number, stamp) in stamps.enumerated() {
      let one = try read(stamp.note, log, "timestamped checkpoint \(number)")
      guard one.checkpoint.size <= newest else {
        throw Finding(
          record: newest, fault: .rolledBack,
          detail: "a timestamp authority has seen \(one.checkpoint.size) records, the last checkpoint covers \(newest)")
      }
      if let authorities {
        do { try stamp.token.check(.expected(for: stamp.note), authorities: authorities) } catch {
          throw Finding(
            record: one.checkpoint.size, fault: .forged,
            detail: "timestamp token \(number) does not verify: \(error)")
        }
      }
      signed.append(one)
      last = Stamped(size: one.checkpoint.size, time: stamp.token.time, isChecked: authorities != nil)
    }
    return last
  }
}
