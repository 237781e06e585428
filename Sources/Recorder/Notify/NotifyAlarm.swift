import SessionModel

/// Waits for one of two: something happens, or a time comes.
struct NotifyAlarm: Sendable {
  func wait(until due: Timestamp?, from now: Timestamp, _ event: @escaping @Sendable () async -> Void) async {
    guard let due else { return await event() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await event() }
      // A cancelled sleep is the end of the wait as well.
      group.addTask { try? await Task.sleep(for: .microseconds(max(1000, due.microseconds(since: now)))) }
      await group.next()
      group.cancelAll()
    }
  }
}
