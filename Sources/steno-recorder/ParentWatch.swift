import Foundation

/// Ends this process in order when the one that started it is gone: its end of our standard input closes with it.
enum ParentWatch {
  static func start() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while read(STDIN_FILENO, &byte, 1) > 0 {}
      kill(getpid(), SIGTERM)
    }
  }
}
