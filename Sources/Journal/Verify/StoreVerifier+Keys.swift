import Evidence
import Foundation
import Signatures

extension StoreVerifier {
  /// The keys that the log's checkpoints must be signed with.
  func logKeys() throws(Finding) -> LogKeys {
    let own: VerifierKey?
    let rotations: [KeyRotation]
    do {
      own = try LogKey(store: store).verifier()
      rotations = try CheckpointFiles(store: store).rotations()
    } catch {
      throw Finding(record: 0, fault: .forged, detail: error.detail)
    }
    guard let log = key ?? own else {
      throw Finding(
        record: 0, fault: .unsigned, detail: "the store has no verifier key (log.vkey), so nobody has signed for it")
    }
    let keys: LogKeys
    do { keys = try LogKeys(log, rotations: rotations) } catch {
      throw Finding(record: 0, fault: .forged, detail: error.detail)
    }
    // Between two steps of a change the list is ahead of log.vkey.
    if let own, own != keys.current, !(isChangingKey && keys.knows(own)) {
      throw Finding(record: 0, fault: .forged, detail: "log.vkey is not the key that the log signs with now: \(own)")
    }
    return keys
  }

  var isChangingKey: Bool { access(LogKey(store: store).nextPath, F_OK) == 0 }

  /// Holds the list of keys against the journal's records of their changes: neither says anything alone.
  /// - Parameters:
  ///   - records: Changes as the journal has them, by index.
  ///   - size: Records that the newest checkpoint covers.
  func rotations(_ listed: [KeyRotation], _ records: [(index: UInt64, text: [UInt8])], size: UInt64) -> Finding? {
    for (index, text) in records {
      let rotation: KeyRotation
      do { rotation = try KeyRotation(parsing: text) } catch {
        return Finding(record: index, fault: .forged, detail: error.detail)
      }
      guard rotation.from == index + 1 else {
        return Finding(
          record: index, fault: .forged, detail: "a change of the log's key for another place than this one")
      }
      guard listed.contains(rotation) || index >= size && isChangingKey else {
        return Finding(
          record: index, fault: .forged, detail: "a change of the log's key that the store's list of keys does not have"
        )
      }
    }
    for rotation in listed where !records.contains(where: { $0.index + 1 == rotation.from }) {
      return Finding(
        record: rotation.from - 1, fault: .forged,
        detail: "the store's list of keys has a change here, and the journal has no record of it")
    }
    return nil
  }
}
