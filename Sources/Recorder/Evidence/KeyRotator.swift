import Evidence
import Journal
import SessionModel
import Signatures

/// Changes the key of a store's log while no recorder runs on it: the old one signs all that is there, a record that it has signed names the
/// new one, and then it is destroyed.
package enum KeyRotator {
  /// - Parameters:
  ///   - origin: The log's name, as the configuration states it.
  ///   - after: Called behind each step: a machine may stop there.
  /// - Throws: `JournalError` `.locked` while a recorder runs; `LogFault` when the store is not the one that its checkpoint covers.
  @discardableResult
  package static func rotate(
    store: String, origin: String, after: (LogRotation.Step) throws -> Void = { _ in }
  ) throws -> KeyRotation {
    let opened = try OpenedLog.open(store: store, origin: origin)
    let ledger = try Ledger(
      path: store, options: JournalOptions(sealsSegments: true), clock: RecorderCore.systemClock)
    defer { ledger.writer.close() }
    // The change must be the next record: a segment's head comes before it.
    try ledger.beginSegment()
    try ledger.commit()
    let before = LogWriter(store: store, log: opened)
    _ = try before.advance(to: ledger.durable)
    try before.keep()
    try after(.signed)
    let change = LogRotation(store: store)
    let next = try change.draw(origin: origin)
    try after(.drawn)
    let rotation = try KeyRotation(from: ledger.durable + 1, old: opened.signer, new: next)
    let made = try ledger.appendOwn(
      .recorder, session: nil,
      meta: RecorderMeta(event: KeyRotation.event, detail: "from size \(rotation.from): \(rotation.new)"),
      text: rotation.bytes)
    guard made.index + 1 == rotation.from else {
      throw LogFault(.key, "the journal began a segment meanwhile; try again")
    }
    try ledger.commit()
    try after(.recorded)
    _ = try change.finish(after: after)
    _ = try ledger.appendOwn(.recorder, session: nil, meta: RecorderMeta(event: "stop", detail: ""))
    try ledger.commit()
    let log = LogWriter(store: store, log: try OpenedLog.open(store: store, origin: origin, holdsLock: true))
    _ = try log.advance(to: ledger.durable)
    try log.keep()
    return rotation
  }
}
