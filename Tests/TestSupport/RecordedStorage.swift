import Foundation
import Journal
import Synchronization

/// A file system that writes down what is done to it, and makes what a power loss at any moment may leave.
///
/// What a sync has returned for is there; of all else each sector may be, or not. A name is there once its directory was synced.
package final class RecordedStorage: Storage, Sendable {
  package enum Operation: Sendable {
    case create(String)
    case write(String, Int, [UInt8])
    case truncate(String, Int)
    case sync(String)
    case remove(String)
    case replace(String, by: String)
    case syncDirectory
    /// The caller holds what came before for durable.
    case acknowledged(UInt64)
  }

  private let log = Mutex<[Operation]>([])

  package init() {}

  package var operations: [Operation] { log.withLock { $0 } }

  package func note(_ operation: Operation) { log.withLock { $0.append(operation) } }

  package func open(path: String, new: Bool) throws(StorageFault) -> any StorageFile {
    let file = try FileStorage().open(path: path, new: new)
    let name = RecordedStorage.name(path)
    if new { note(.create(name)) }
    return RecordedFile(file: file, name: name, storage: self)
  }

  package func remove(path: String) throws(StorageFault) {
    try FileStorage().remove(path: path)
    note(.remove(RecordedStorage.name(path)))
  }

  package func replace(path: String, by other: String) throws(StorageFault) {
    try FileStorage().replace(path: path, by: other)
    note(.replace(RecordedStorage.name(path), by: RecordedStorage.name(other)))
  }

  package func syncDirectory(path: String) throws(StorageFault) {
    try FileStorage().syncDirectory(path: path)
    note(.syncDirectory)
  }

  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  /// Files as they may be found when the power fails behind the first `count` operations.
  /// - Parameter files: What was there before the first.
  package static func loss(
    behind count: Int, of operations: [Operation], files: [String: [UInt8]] = [:], using random: inout SplitMix
  ) -> [String: [UInt8]] {
    struct Inode {
      var now: [UInt8] = []
      var durable: [UInt8] = []
    }
    var inodes: [Int: Inode] = [:]
    var names: [String: Int] = [:]
    for (name, bytes) in files {
      names[name] = inodes.count
      inodes[inodes.count] = Inode(now: bytes, durable: bytes)
    }
    var durableNames = names
    for operation in operations.prefix(count) {
      switch operation {
      case .create(let name):
        names[name] = inodes.count
        inodes[inodes.count] = Inode()
      case .write(let name, let offset, let bytes):
        guard let place = names[name] else { continue }
        let end = offset + bytes.count
        let have = inodes[place]?.now.count ?? 0
        if have < end { inodes[place]?.now += [UInt8](repeating: 0, count: end - have) }
        inodes[place]?.now.replaceSubrange(offset..<end, with: bytes)
      case .truncate(let name, let length):
        guard let place = names[name], let have = inodes[place]?.now.count else { continue }
        if have > length {
          inodes[place]?.now.removeLast(have - length)
        } else {
          inodes[place]?.now += [UInt8](repeating: 0, count: length - have)
        }
      case .sync(let name):
        guard let place = names[name], let now = inodes[place]?.now else { continue }
        inodes[place]?.durable = now
      case .remove(let name): names[name] = nil
      case .replace(let name, let other):
        names[name] = names[other]
        names[other] = nil
      case .syncDirectory: durableNames = names
      case .acknowledged: break
      }
    }
    // A directory that was not synced may have been written all the same.
    let found = Bool.random(using: &random) ? names : durableNames
    return found.mapValues { mix(inodes[$0]?.durable ?? [], inodes[$0]?.now ?? [], using: &random) }
  }

  /// Each sector as it was synced or as it is, and the length likewise.
  private static func mix(_ old: [UInt8], _ new: [UInt8], using random: inout SplitMix) -> [UInt8] {
    guard old != new else { return new }
    var result = [UInt8](repeating: 0, count: Bool.random(using: &random) ? new.count : old.count)
    let all = Int.random(in: 0..<3, using: &random)
    for sector in stride(from: 0, to: result.count, by: 512) {
      let end = min(sector + 512, result.count)
      let source = all == 0 || all == 1 && Bool.random(using: &random) ? new : old
      for place in sector..<end where place < source.count { result[place] = source[place] }
    }
    return result
  }
}

private final class RecordedFile: StorageFile {
  let file: any StorageFile
  let name: String
  let storage: RecordedStorage

  init(file: any StorageFile, name: String, storage: RecordedStorage) {
    self.file = file
    self.name = name
    self.storage = storage
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageFault) -> Int {
    let count = try file.write(bytes, at: offset)
    storage.note(.write(name, offset, Array(bytes[..<count])))
    return count
  }

  func sync() throws(StorageFault) {
    try file.sync()
    storage.note(.sync(name))
  }

  func truncate(to length: Int) throws(StorageFault) {
    try file.truncate(to: length)
    storage.note(.truncate(name, length))
  }

  // A mode is no content: a power loss that forgets it leaves a file that is sealed again when it ends.
  func seal() throws(StorageFault) { try file.seal() }

  func close() { file.close() }
}
