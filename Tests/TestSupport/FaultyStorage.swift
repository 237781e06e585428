import Foundation
import Journal
import Synchronization

/// A file system whose writes or syncs fail once their number is up.
package final class FaultyStorage: Storage, Sendable {
  package enum Place: Sendable { case write, sync, shortWrite, replace, directory }

  package let place: Place
  package let number: Int32
  private let remaining: Mutex<Int>

  package init(_ place: Place, number: Int32, after count: Int) {
    self.place = place
    self.number = number
    remaining = Mutex(count)
  }

  package func open(path: String, new: Bool) throws(StorageFault) -> any StorageFile {
    FaultyFile(file: try FileStorage().open(path: path, new: new), storage: self)
  }

  package func remove(path: String) throws(StorageFault) { try FileStorage().remove(path: path) }
  package func replace(path: String, by other: String) throws(StorageFault) {
    if isDue(.replace) { throw StorageFault(number: number) }
    try FileStorage().replace(path: path, by: other)
  }

  package func syncDirectory(path: String) throws(StorageFault) {
    if isDue(.directory) { throw StorageFault(number: number) }
    try FileStorage().syncDirectory(path: path)
  }

  func isDue(_ place: Place) -> Bool {
    guard place == self.place else { return false }
    return remaining.withLock {
      if $0 != .max { $0 -= 1 }
      return $0 < 0
    }
  }

  /// The disk works again.
  package func heal() { remaining.withLock { $0 = .max } }

  /// The disk fails from the next write or sync of its kind on.
  package func fail() { remaining.withLock { $0 = 0 } }
}
