import Foundation

/// A program on a terminal of its own, and what it writes there.
final class PtyProgram {
  private let terminal: Int32
  private let process: Process
  /// All that was written since `forget`.
  private(set) var seen: [UInt8] = []
  private static let frameEnd = Array("\u{1B}[?2026l".utf8)

  var identifier: Int32 { process.processIdentifier }

  init(_ program: String, _ arguments: [String], width: Int, height: Int, environment: [String: String]) throws {
    terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var isLocked: Int32 = 0
    var number: UInt32 = 0
    // TIOCSPTLCK and TIOCGPTN, which are macros with arguments: what unlockpt and ptsname do on Linux.
    guard terminal >= 0, ioctl(terminal, 0x4004_5431, &isLocked) == 0, ioctl(terminal, 0x8004_5430, &number) == 0
    else { throw Shell.Failed(description: "no pseudoterminal") }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    let slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0, ioctl(slave, UInt(TIOCSWINSZ), &size) == 0 else {
      throw Shell.Failed(description: "no pseudoterminal")
    }
    let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .filter { !["TMUX", "STY", "NO_COLOR", "COLORTERM", "STENO_THEME"].contains($0.key) }
      .merging(environment) { $1 }
    process.standardInput = handle
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func forget() { seen = [] }

  func send(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = Glibc.write(terminal, bytes, bytes.count)
  }

  /// Waits until a text was written since `forget`, and the frame that it is in is whole.
  /// - Returns: seconds from the call on.
  @discardableResult
  func wait(for text: String, seconds limit: Double = 30) throws -> Double {
    try wait(limit, text) { bytes in
      guard let place = bytes.firstRange(of: Array(text.utf8)) else { return false }
      return bytes[place.upperBound...].firstRange(of: Self.frameEnd) != nil
    }
  }

  /// Waits until a frame is whole.
  func waitForFrame(seconds limit: Double = 5) throws {
    _ = try wait(limit, "a frame") { $0.firstRange(of: Self.frameEnd) != nil }
  }

  /// Takes what is written for a while.
  func drain(seconds: Double) {
    _ = try? wait(seconds, "") { _ in false }
  }

  private func wait(_ limit: Double, _ what: String, _ isDone: ([UInt8]) -> Bool) throws -> Double {
    let begun = DispatchTime.now()
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      if isDone(seen) { return seconds(since: begun) }
      let left = limit - seconds(since: begun)
      guard left > 0 else { throw Shell.Failed(description: "the console did not show \(what)") }
      var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Int32(max(1, min(left * 1000, 100)))) > 0 else { continue }
      let count = read(terminal, &room, room.count)
      guard count > 0 else { throw Shell.Failed(description: "the console ended before it showed \(what)") }
      seen += room.prefix(count)
    }
  }

  /// Bytes of the first whole frame since `forget`, its marks left out.
  var frameBytes: Int {
    guard let end = seen.firstRange(of: Self.frameEnd),
      let begin = seen.firstRange(of: Array("\u{1B}[?2026h".utf8))
    else { return 0 }
    return max(0, end.lowerBound - begin.upperBound)
  }

  /// Seconds of processor time so far.
  var processorSeconds: Double {
    guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
      let rest = text.split(separator: ")").last
    else { return 0 }
    let fields = rest.split(separator: " ")
    guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Megabytes of memory: now, and at most so far.
  var megabytes: (now: Int, peak: Int) {
    let text = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Int {
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return 0 }
      return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
    return (field("VmRSS:"), field("VmHWM:"))
  }

  func stop() {
    process.terminate()
    let end = Date(timeIntervalSinceNow: 5)
    while process.isRunning, Date() < end { drain(seconds: 0.05) }
    if process.isRunning { kill(identifier, SIGKILL) }
    close(terminal)
  }
}
