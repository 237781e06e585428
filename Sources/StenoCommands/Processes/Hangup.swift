import Glibc
import Synchronization

/// What SIGHUP asks for: the end, as ever, until something else is named; then that, unless the terminal that was there is gone.
final class Hangup: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)
  private let hadTerminal = isatty(STDIN_FILENO) == 1

  func means(_ action: @escaping @Sendable () -> Void) {
    self.action.withLock { $0 = action }
  }

  /// Does what is asked for. False where that is the end.
  func isAnswered() -> Bool {
    guard let action = action.withLock({ $0 }), !hadTerminal || isatty(STDIN_FILENO) == 1 else { return false }
    action()
    return true
  }
}
