import Foundation
import Glibc
import Synchronization

/// A program that this one has started, in a process group of its own. Its input is a pipe that nothing is written to: it ends
/// when this process does, whatever the reason, and the daemons take that as their cue to end.
final class ChildProcess: Sendable {
  let name: String
  let pid: pid_t
  /// The exit status; 128 and the signal's number where a signal ended it.
  let exited = Occurrence<Int32>()
  private let input: Int32

  enum Output: Sendable {
    case standard, error
  }

  /// - Parameter onLine: Called with each line of output, on a thread of its own for each of the two outputs.
  /// - Throws: `CommandFailure` where the program cannot be started.
  init(
    name: String, path: String, arguments: [String], environment: [String: String]? = nil,
    onLine: @escaping @Sendable (String, Output) -> Void
  ) throws {
    self.name = name
    let (pid, ends) = try ChildProcess.spawning.withLock { _ in
      try ChildProcess.spawn(path, arguments, environment ?? ProcessInfo.processInfo.environment)
    }
    self.pid = pid
    input = ends.input
    let readers = DispatchGroup()
    ChildProcess.readLines(ends.output, readers) { onLine($0, .standard) }
    ChildProcess.readLines(ends.errors, readers) { onLine($0, .error) }
    let exited = exited
    Thread.detachNewThread {
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      // Its last lines come before its end, unless a grandchild keeps the pipe open.
      _ = readers.wait(timeout: .now() + 1)
      let signal = status & 0x7f
      exited.happen(signal == 0 ? (status >> 8) & 0xff : 128 + signal)
    }
  }

  func signal(_ number: Int32) {
    if exited.current == nil { kill(pid, number) }
  }

  /// Ends it: by SIGTERM, and by SIGKILL where that is not enough.
  func end(withinSeconds seconds: Double) async {
    guard exited.current == nil else { return }
    signal(SIGTERM)
    let over = Occurrence<Bool>()
    exited.then { _ in over.happen(true) }
    over.happen(false, afterSeconds: seconds)
    if await !over.wait() {
      signal(SIGKILL)
      _ = await exited.wait()
    }
  }

  deinit {
    close(input)
  }

  /// Our ends of a child's pipes.
  private struct Ends: Sendable {
    var input: Int32
    var output: Int32
    var errors: Int32
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> (pid_t, Ends) {
    let stdin = try ChildProcess.pipe()
    let stdout = try ChildProcess.pipe()
    let stderr = try ChildProcess.pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, stdin.read, 0)
    posix_spawn_file_actions_adddup2(&actions, stdout.write, 1)
    posix_spawn_file_actions_adddup2(&actions, stderr.write, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for text in argv { free(text) }
      for text in envp { free(text) }
    }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    close(stdin.read)
    close(stdout.write)
    close(stderr.write)
    guard failure == 0 else {
      close(stdin.write)
      close(stdout.read)
      close(stderr.read)
      throw CommandFailure(
        "cannot start \(path) (\(String(cString: strerror(failure)))); is it installed beside steno?")
    }
    return (pid, Ends(input: stdin.write, output: stdout.read, errors: stderr.read))
  }

  /// Held from the making of the pipes until they are out of reach of other programs: this libc's `pipe2` is not to be seen
  /// from here, and an end that another child holds would keep this one's input open.
  private static let spawning = Mutex(())

  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else {
      throw CommandFailure(
        "cannot make a pipe (\(String(cString: strerror(errno)))); close some programs and try again")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Cuts lines; one over 64 KiB is passed on in pieces.
  private static func readLines(
    _ descriptor: Int32, _ group: DispatchGroup, _ line: @escaping @Sendable (String) -> Void
  ) {
    group.enter()
    Thread.detachNewThread {
      defer {
        close(descriptor)
        group.leave()
      }
      var pending: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 16_384)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        for byte in buffer[..<count] {
          if byte == UInt8(ascii: "\n") || pending.count >= 65_536 {
            line(String(decoding: pending, as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
            if byte == UInt8(ascii: "\n") { continue }
          }
          pending.append(byte)
        }
      }
      if !pending.isEmpty { line(String(decoding: pending, as: UTF8.self)) }
    }
  }
}
