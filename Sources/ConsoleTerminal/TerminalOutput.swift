import Glibc

/// Writes to a terminal, all of it, waiting where the terminal is slow.
enum TerminalOutput {
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EINTR {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A terminal that takes nothing for a second is gone.
        if poll(&wait, 1, 1000) == 0 { return }
      } else {
        return
      }
    }
  }

  /// The modes that the console sets itself: bracketed paste and reports of focus.
  static let enter = "\u{1B}[?2004h\u{1B}[?1004h"
  static let leave = "\u{1B}[?1004l\u{1B}[?2004l"
  /// Presses and the wheel, with coordinates that have no limit.
  static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
  static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"
  /// A frame is shown whole. Source: "Synchronized Output", mode 2026; terminals that do not know it pass over it.
  static let frameBegin = Array("\u{1B}[?2026h".utf8)
  static let frameEnd = Array("\u{1B}[?2026l".utf8)
  /// After a crash: those modes off, plain colours, the cursor shown, the first screen back.
  static let farewell = "\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?1004l\u{1B}[?2004l\u{1B}[m\u{1B}[?25h\u{1B}[?1049l\r\n"
}
