/// Values by key, in the order in which their keys came first.
///
/// Records of one session, and of one lane, mostly follow one another, so the last key is tried before any hashing.
struct Lookup<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private(set) var entries: [(key: Key, value: Value)] = []
  private var places: [Key: Int] = [:]
  private var last = 0

  /// The place of a key's value, which is made where there is none yet.
  mutating func place(of key: Key, made: () -> Value) -> Int {
    if last < entries.count, entries[last].key == key { return last }
    if let place = places[key] {
      last = place
    } else {
      last = entries.count
      places[key] = last
      entries.append((key, made()))
    }
    return last
  }

  subscript(place: Int) -> Value {
    get { entries[place].value }
    set { entries[place].value = newValue }
  }
}
