import Evidence
import Foundation
import SessionModel
import Signatures

/// The newest checkpoint of each log that a witness has cosigned, on disk before it says so.
package struct WitnessState: Sendable {
  package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) {
      self.description = description
    }
  }

  private let directory: String

  /// - Parameter directory: Made with mode 0700 where it lacks.
  package init(directory: String) throws(Fault) {
    self.directory = directory
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
      throw Fault(description: "the folder \(directory) cannot be made (\(String(cString: strerror(errno))))")
    }
  }

  /// The signer: its key is drawn at the first start, in `witness.key` with mode 0600.
  package func signer(name: String) throws -> NoteSigner {
    let path = directory + "/witness.key"
    if let data = FileManager.default.contents(atPath: path) {
      guard let key = Ed25519SigningKey(pem: String(decoding: data, as: UTF8.self)) else {
        throw Fault(description: "\(path) is no Ed25519 key in PEM")
      }
      return try NoteSigner(name: name, kind: .cosignature, key: key)
    }
    let key = Ed25519SigningKey.generate()
    let signer = try NoteSigner(name: name, kind: .cosignature, key: key)
    try replace(path, with: Array(key.pem.utf8))
    return signer
  }

  /// What was cosigned last of a log; `nil` when that is nothing.
  /// - Throws: when what is there is not what was written: a witness that forgets is none.
  /// - Parameter logs: What is known of the log's keys; any of them may have signed.
  package func latest(origin: String, _ logs: [LogKeys]) throws -> Checkpoint? {
    let path = self.path(origin)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fault(description: "\(path) cannot be read")
    }
    for keys in logs {
      if let signed = try? keys.read(Array(data)) { return signed.checkpoint }
    }
    throw Fault(description: "\(path) is not signed by a known key of the log")
  }

  package func store(_ note: SignedNote, of origin: String) throws(Fault) {
    try replace(path(origin), with: note.bytes)
  }

  private func path(_ origin: String) -> String {
    directory + "/" + Hexadecimal.encode(SHA256.hash(Array(origin.utf8))) + ".checkpoint"
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws(Fault) {
    let descriptor = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Fault(description: "\(path) cannot be written") }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isWritten = count == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(path + ".new", path) == 0 else { throw Fault(description: "\(path) cannot be written") }
    let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Fault(description: "\(directory) cannot be synced") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Fault(description: "\(directory) cannot be synced") }
  }
}
