import Evidence
import Foundation
import SessionModel
import Signatures

// The steps of a change of key, and what each leaves when the machine stops behind it:
//
//   signed     the old key has signed all that is there, N - 1 records
//   drawn      log.key.next holds the new key                          the next start destroys it: nothing has changed
//   recorded   record N - 1 of the journal is the change, durable      the next start goes on from here
//   listed     `rotations` has it                                      the same
//   named      log.vkey is the new key's                               the same
//   destroyed  log.key is overwritten                                  the same
//   done       log.key.next has become log.key
//
// So there is a key that signs at each moment: the old one before `recorded`, the new one behind it.

/// Changes the key of a store's log, in steps that a stop between any two of them leaves whole.
package struct LogRotation {
  package enum Step: String, Sendable, CaseIterable {
    case signed, drawn, recorded, listed, named, destroyed, done
  }

  private let store: String
  private let keys: LogKey
  private let files: CheckpointFiles

  package init(store: String) {
    self.store = store
    keys = LogKey(store: store)
    files = CheckpointFiles(store: store)
  }

  /// Draws the key that is to come; nothing counts by it yet.
  package func draw(origin: String) throws -> NoteSigner {
    let key = Ed25519SigningKey.generate()
    let signer = try NoteSigner(name: origin, kind: .note, key: key)
    try LogFile.replace(keys.nextPath, with: Array(key.pem.utf8), isDurable: true)
    try LogFile.syncFolder(store)
    return signer
  }

  /// Brings to its end a change whose record is in the journal, and takes back one whose record is not. The caller keeps recorders out.
  /// - Parameter after: Called behind each step.
  /// - Returns: What was done, for the recorder's log; nil where nothing was under way.
  package func finish(after: (Step) throws -> Void = { _ in }) throws -> String? {
    guard let pem = try LogFile.read(keys.nextPath, limit: 4096) else { return nil }
    guard let key = Ed25519SigningKey(pem: String(validating: pem, as: UTF8.self) ?? "") else {
      throw LogFault(.key, "log.key.next is no Ed25519 key in PEM; remove it if log.key is the key of log.vkey")
    }
    guard let named = try keys.verifier() else {
      throw LogFault(.key, "the log's verifier key log.vkey is gone; put it back, it is what auditors were given")
    }
    let next = try VerifierKey(name: named.name, kind: .note, publicKey: key.publicKey)
    if try files.rotations().last?.new != next {
      guard let rotation = try recorded(next, after: named) else {
        try LogFile.overwrite(keys.nextPath)
        guard unlink(keys.nextPath) == 0 else { throw LogFault(.storage, "log.key.next cannot be removed") }
        try LogFile.syncFolder(store)
        return "a change of the log's key that was not on record yet was taken back"
      }
      try files.keep(rotation)
    }
    try after(.listed)
    try LogFile.replace(keys.verifierPath, with: Array("\(next)\n".utf8), mode: 0o644, isDurable: true)
    try LogFile.syncFolder(store)
    try after(.named)
    try LogFile.overwrite(keys.path)
    try after(.destroyed)
    guard rename(keys.nextPath, keys.path) == 0 else { throw LogFault(.storage, "log.key cannot be written") }
    try LogFile.syncFolder(store)
    try after(.done)
    return "a change of the log's key was brought to its end"
  }

  /// The change as the journal has it, behind all that the old key has signed. Durable on return.
  private func recorded(_ next: VerifierKey, after old: VerifierKey) throws -> KeyRotation? {
    guard let all = try keys.keys(), let bytes = try files.latest(), let latest = try? all.read(bytes) else {
      return nil
    }
    let size = latest.checkpoint.size
    guard let record = try? JournalReader(directory: store).record(at: size, limit: size + 1),
      record.fields.kind == .recorder, record.fields.session == nil, let text = record.body(.text),
      let rotation = try? KeyRotation(parsing: text), rotation.old == old, rotation.new == next,
      rotation.from == size + 1
    else { return nil }
    // It may have been written and not synced when the machine stopped.
    if let last = try JournalDirectory(path: store).segments().last {
      let descriptor = open(JournalDirectory(path: store).path(ofSegment: last), O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw LogFault(.storage, "the journal's last segment cannot be opened") }
      defer { close(descriptor) }
      guard fdatasync(descriptor) == 0 else { throw LogFault(.storage, "the journal cannot be synced") }
    }
    return rotation
  }
}
