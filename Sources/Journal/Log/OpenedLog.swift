import Evidence
import Foundation
import Signatures

/// A store's log as a recorder goes on with it, once journal and last checkpoint are known to agree.
package struct OpenedLog: Sendable {
  package let signer: NoteSigner
  /// All keys that the log has had; the last one signs.
  package let keys: LogKeys
  package private(set) var latest: SignedCheckpoint
  /// The tree at the checkpoint's size.
  package private(set) var tree: TileBuilder
  /// What was made anew, for the recorder's log; nil when all was there.
  package private(set) var note: String?

  /// Compares a store with its last checkpoint. To be called before the journal is opened for writing, which cuts what a crash
  /// left at its end.
  ///
  /// A store without records gets a key; so does one from before there were checkpoints. Tiles that lack are made from the
  /// journal. Everything else that is not as it should be is refused and left as it is.
  /// - Parameters:
  ///   - origin: The log's name, as the configuration states it.
  ///   - holdsLock: The caller keeps recorders out already.
  /// - Throws: `LogFault`, naming the record where the journal disagrees; `JournalError` `.locked`.
  package static func open(store: String, origin: String, holdsLock: Bool = false) throws -> OpenedLog {
    let keys = LogKey(store: store)
    let files = CheckpointFiles(store: store)
    guard FileManager.default.fileExists(atPath: store) else {
      guard mkdir(store, 0o700) == 0 else { throw LogFault(.storage, "the store cannot be made") }
      return try create(keys, files, origin: origin, note: nil)
    }
    let lock = holdsLock ? nil : try JournalLock(directory: store)
    defer { lock?.release() }
    let finished = try LogRotation(store: store).finish()
    let segments = try JournalDirectory(path: store).segments()
    let hasRecords = !segments.isEmpty
    if let first = segments.first, first != 0 {
      throw LogFault(.disagrees, "record 0 removed: the journal's first segment begins at record \(first)")
    }
    guard let signer = try keys.signer() else {
      if try hasSigned(files) {
        throw LogFault(.key, "the log's key log.key is gone, and its checkpoints are there; put it back")
      }
      return try create(
        keys, files, origin: origin,
        note: hasRecords ? "the store had no log: a key was made, and all records are taken as they are" : nil)
    }
    guard signer.verifier.name == origin else {
      // Nothing has been signed under the name that `steno init` gave: the one in the configuration counts.
      if try !hasRecords && !hasSigned(files) { return try create(keys, files, origin: origin, note: nil) }
      throw LogFault(
        .key, "the store's log is named \(signer.verifier.name), the configuration's origin is \(origin); use one name")
    }
    guard let bytes = try files.latest() else {
      throw LogFault(.checkpoint, "the log's last checkpoint is gone; put the file checkpoint back")
    }
    guard let all = try keys.keys(), all.current == signer.verifier else {
      throw LogFault(
        .key, "the store's list of its keys (rotations) does not end with log.vkey; put back what is missing")
    }
    let latest = try check(bytes, all)
    let kept = try files.history()
    if kept.torn > 0 { try files.cutHistory(by: kept.torn) }
    for note in kept.notes where try check(note, all).checkpoint.size > latest.checkpoint.size {
      throw LogFault(.checkpoint, "the last checkpoint is older than one kept before: an earlier state was put back")
    }
    var opened = try restore(store, signer, all, latest)
    try SegmentChain(store: store).check(upTo: latest.checkpoint.size)
    opened.note = opened.note ?? finished
    return opened
  }

  private static func create(
    _ keys: LogKey, _ files: CheckpointFiles, origin: String, note: String?
  ) throws -> OpenedLog {
    _ = try keys.create(origin: origin)
    guard let signer = try keys.signer(), let bytes = try files.latest() else {
      throw LogFault(.key, "the log's key was written and cannot be read")
    }
    guard let all = try keys.keys() else { throw LogFault(.key, "the log's key was written and cannot be read") }
    return OpenedLog(
      signer: signer, keys: all, latest: try check(bytes, all), tree: TileBuilder(), note: note)
  }

  /// Whether a checkpoint of records is there. One of no records may be what a crash left of a key in the making.
  private static func hasSigned(_ files: CheckpointFiles) throws(LogFault) -> Bool {
    guard try files.history().notes.isEmpty else { return true }
    guard let bytes = try files.latest() else { return false }
    guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(text: note.text) else {
      return true
    }
    return checkpoint.size > 0
  }

  private static func check(_ bytes: [UInt8], _ keys: LogKeys) throws(LogFault) -> SignedCheckpoint {
    do {
      return try keys.read(bytes)
    } catch {
      throw LogFault(.checkpoint, "a checkpoint of the store does not verify: \(error)")
    }
  }

  private static func restore(
    _ store: String, _ signer: NoteSigner, _ keys: LogKeys, _ latest: SignedCheckpoint
  ) throws -> OpenedLog {
    let size = latest.checkpoint.size
    if let tree = try? TreeRestore(store: store).tree(size: size),
      tree.root(with: SHA256()) == latest.checkpoint.root
    {
      return OpenedLog(signer: signer, keys: keys, latest: latest, tree: tree, note: nil)
    }
    // Either the tiles lack, or the journal is another: the journal itself decides.
    let report = try StoreVerifier(store: store, key: signer.verifier, ignoresTiles: true).verify()
    if let finding = report.finding {
      throw LogFault(
        .disagrees,
        "record \(finding.record) \(finding.fault.rawValue): \(finding.detail); the journal is not the one that its last "
          + "checkpoint (\(size) records) covers. Nothing was changed; see `steno verify`")
    }
    let tree = try TreeRestore(store: store).rebuild(size: size)
    guard tree.root(with: SHA256()) == latest.checkpoint.root else {
      throw LogFault(.disagrees, "the journal is not the one that its last checkpoint (\(size) records) covers")
    }
    return OpenedLog(
      signer: signer, keys: keys, latest: latest, tree: tree, note: "the log's tiles were made anew from the journal")
  }
}
