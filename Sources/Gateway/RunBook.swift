import Policy
import SessionModel
import Synchronization

/// What the runs of agents have returned, over all their sessions that this gateway serves.
///
/// Shared by all event loops. In memory alone: a gateway that starts anew counts anew. A run is a principal's own: nobody fills
/// another's by claiming its name.
final class RunBook: Sendable {
  struct Key: Hashable {
    var principal: String
    var run: String
  }

  struct Entry {
    var tally = OutflowTally()
    /// Counts up with each part.
    var version = 0
    /// When it was last asked for or added to, in the book's own count.
    var used = 0
  }

  /// Runs known at once; those longest unheard of are forgotten first, a quarter at a time.
  static let limit = 4096

  private struct State {
    var entries: [Key: Entry] = [:]
    var uses = 0
  }

  private let state = Mutex(State())

  func entry(_ key: Key) -> Entry { update(key) { _ in } }

  /// Adds a part.
  /// - Returns: The run with it.
  func add(_ part: Outflow, _ touched: TouchedObjects, to key: Key) -> Entry {
    update(key) { entry in
      entry.tally.add(part, touched)
      entry.version += 1
    }
  }

  private func update(_ key: Key, _ change: (inout Entry) -> Void) -> Entry {
    state.withLock { state in
      state.uses += 1
      if state.entries[key] == nil, state.entries.count >= Self.limit {
        let oldest = state.entries.sorted { $0.value.used < $1.value.used }.prefix(Self.limit / 4)
        for (key, _) in oldest { state.entries[key] = nil }
      }
      var entry = state.entries[key] ?? Entry()
      entry.used = state.uses
      change(&entry)
      state.entries[key] = entry
      return entry
    }
  }
}
