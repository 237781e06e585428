import Foundation

/// A child process of a test: its output is collected, and a line of it can be waited for.
///
/// Spawned without Foundation's `Process`, whose children inherit the pipes of others that start at the same time.
final class Program: @unchecked Sendable {
  // `output`, `drained` and `status` are guarded by `condition`; `identifier` is set before the threads start.
  private let condition = NSCondition()
  private var output = Data()
  private var drained = false
  private var status: Int32?
  let identifier: pid_t

  struct Outcome {
    var status: Int32
    var output: String
  }

  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  init(_ path: String, _ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Missing(description: "no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    // The thread that a test runs on blocks signals, and its children would too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, path, &actions, &attributes, words, environ)
    close(ends[1])
    identifier = child
    guard failure == 0 else {
      close(ends[0])
      throw Missing(description: "\(path): \(String(cString: strerror(failure)))")
    }
    let reading = ends[0]
    Thread.detachNewThread { [self] in collect(reading) }
    Thread.detachNewThread { [self] in reap() }
  }

  private func collect(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      condition.lock()
      output.append(contentsOf: buffer[..<count])
      condition.broadcast()
      condition.unlock()
    }
    close(descriptor)
    condition.lock()
    drained = true
    condition.broadcast()
    condition.unlock()
  }

  private func reap() {
    var raw: Int32 = 0
    while waitpid(identifier, &raw, 0) < 0, errno == EINTR {}
    condition.lock()
    status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    condition.broadcast()
    condition.unlock()
  }

  /// Runs a program to its end.
  static func run(_ path: String, _ arguments: [String], seconds: Double = 60) throws -> Outcome {
    try Program(path, arguments).finish(seconds: seconds)
  }

  /// Waits for a text in the output.
  func wait(for text: String, seconds: Double = 30) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !String(decoding: output, as: UTF8.self).contains(text) {
      guard status == nil, condition.wait(until: deadline) else {
        throw Missing(description: "no \(text) in: \(String(decoding: output, as: UTF8.self))")
      }
    }
  }

  func finish(seconds: Double = 60) throws -> Outcome {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while status == nil {
      guard condition.wait(until: deadline) else {
        send(SIGKILL)
        throw Missing(description: "still running after \(seconds) s: \(String(decoding: output, as: UTF8.self))")
      }
    }
    // What it wrote last may still be in the pipe, which a server that it started can hold open for ever.
    let grace = Date(timeIntervalSinceNow: 0.3)
    while !drained, condition.wait(until: grace) {}
    return Outcome(status: status ?? -1, output: String(decoding: output, as: UTF8.self))
  }

  func send(_ signal: Int32) {
    kill(identifier, signal)
  }
}
