import Evidence
import Foundation
import Signatures

/// The log's key in its store: `log.key` (mode 0600, PKCS #8) signs, `log.vkey` is for whoever checks. `log.key.next` is there while the key
/// is being changed (`LogRotation`).
package struct LogKey: Sendable {
  private let directory: String

  package init(store: String) {
    directory = store
  }

  package var path: String { directory + "/log.key" }
  package var nextPath: String { directory + "/log.key.next" }
  package var verifierPath: String { directory + "/log.vkey" }

  /// The key for whoever checks; `nil` where the store has none.
  /// - Throws: `.key` when the file is no verifier key.
  package func verifier() throws(LogFault) -> VerifierKey? {
    guard let bytes = try LogFile.read(verifierPath, limit: 4096) else { return nil }
    return try LogKey.verifier(in: bytes)
  }

  /// Reads the one line of a verifier key's file.
  package static func verifier(in bytes: [UInt8]) throws(LogFault) -> VerifierKey {
    let text = String(validating: bytes, as: UTF8.self) ?? ""
    do {
      return try VerifierKey(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    } catch {
      throw LogFault(.key, "the log's verifier key cannot be read: \(error)")
    }
  }

  /// The key that signs; `nil` where the store has none.
  /// - Throws: `.key` when it is none, or not the one of the verifier key beside it.
  func signer() throws(LogFault) -> NoteSigner? {
    guard let bytes = try LogFile.read(path, limit: 4096) else { return nil }
    guard let key = Ed25519SigningKey(pem: String(validating: bytes, as: UTF8.self) ?? "") else {
      throw LogFault(.key, "the log's key log.key is no Ed25519 key in PEM")
    }
    guard let verifier = try verifier() else {
      throw LogFault(.key, "the log's verifier key log.vkey is gone; put it back, it is what auditors were given")
    }
    guard verifier.kind == .note, verifier.publicKey == key.publicKey,
      let signer = try? NoteSigner(name: verifier.name, kind: .note, key: key)
    else { throw LogFault(.key, "log.key is not the key of log.vkey") }
    return signer
  }

  /// All keys that the log has had.
  /// - Throws: `.key` when the store's list of them does not lead to its verifier key.
  package func keys() throws(LogFault) -> LogKeys? {
    guard let own = try verifier() else { return nil }
    do {
      return try LogKeys(own, rotations: try CheckpointFiles(store: directory).rotations())
    } catch let fault as LogFault {
      throw fault
    } catch {
      throw LogFault(.key, "the store's list of its keys: \(error)")
    }
  }

  /// Draws a key, and writes the log's first checkpoint (of no records) before the key has its name: a store with a key and
  /// without a checkpoint has lost it.
  package func create(origin: String) throws(LogFault) -> VerifierKey {
    let key = Ed25519SigningKey.generate()
    do {
      let signer = try NoteSigner(name: origin, kind: .note, key: key)
      let first = try SignedCheckpoint(Checkpoint(origin: origin, size: 0, root: MerkleTree.emptyRoot), by: signer)
      let files = CheckpointFiles(store: directory)
      try LogFile.replace(verifierPath, with: Array("\(signer.verifier)\n".utf8), mode: 0o644, isDurable: true)
      try files.replaceLatest(first.bytes)
      try LogFile.replace(path, with: Array(key.pem.utf8), isDurable: true)
      return signer.verifier
    } catch let fault as LogFault {
      throw fault
    } catch {
      throw LogFault(.key, "the log's name cannot stand in a key: \(error)")
    }
  }
}
