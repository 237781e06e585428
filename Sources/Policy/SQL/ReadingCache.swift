import Synchronization

/// Readings by literal-free key: a bounded table, four places to a row, the oldest of a row making room.
///
/// Shared between event loops; the lock is held for a lookup of some fifty nanoseconds, never while a text is read.
final class ReadingCache: Sendable {
  final class Entry: Sendable {
    let key: [UInt8]
    let hash: UInt64
    let reading: SQLReading

    init(key: [UInt8], hash: UInt64, reading: SQLReading) {
      self.key = key
      self.hash = hash
      self.reading = reading
    }
  }

  private static let rows = 512
  private static let places = 4

  /// Makes rows unguessable, so that nobody can crowd one from outside.
  let seed = UInt64.random(in: .min ... .max)
  private let table = Mutex([Entry?](repeating: nil, count: rows * places))

  func reading(_ key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Entry? {
    let row = Int(hash % UInt64(Self.rows)) * Self.places
    return table.withLock { table in
      for place in row..<(row + Self.places) {
        guard let entry = table[place] else { return nil }
        if entry.hash == hash, entry.key.count == key.count, entry.key.elementsEqual(key) { return entry }
      }
      return nil
    }
  }

  func insert(_ entry: Entry) {
    let row = Int(entry.hash % UInt64(Self.rows)) * Self.places
    table.withLock { table in
      for place in (row + 1..<row + Self.places).reversed() { table[place] = table[place - 1] }
      table[row] = entry
    }
  }
}
