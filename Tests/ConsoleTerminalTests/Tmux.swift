import Foundation

/// A terminal that a program runs in, through tmux: keys go in, what stands on the screen comes out.
final class Tmux {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Where tmux is; nil where it is not installed.
  static let path = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let socket = "steno-test-\(UInt64.random(in: 0...UInt64.max))"
  private let folder: URL

  /// A shell in a terminal of this size.
  /// - Parameter environment: Set for the shell, beside what the test has.
  init(width: Int, height: Int, environment: [String: String]) throws {
    folder = URL(fileURLWithPath: "/tmp").appendingPathComponent(socket)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let assignments = environment.map { "\($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
    try command([
      "-f", "/dev/null", "new-session", "-d", "-x", String(width), "-y", String(height), "-s", "t",
      "exec env -u NO_COLOR -u COLORTERM LC_ALL=C.UTF-8 PS1='prompt> ' ENV= \(assignments) sh",
    ])
    try wait(for: "prompt>")
  }

  deinit {
    _ = try? command(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// Sends keys by tmux's names.
  func press(_ keys: String...) throws { try command(["send-keys", "-t", "t"] + keys) }

  /// Types text and Enter.
  func line(_ text: String) throws {
    try command(["send-keys", "-t", "t", "-l", text])
    try press("Enter")
  }

  func resize(width: Int, height: Int) throws {
    try command(["resize-window", "-t", "t", "-x", String(width), "-y", String(height)])
  }

  /// From here on all that the program sends to the terminal is kept too.
  func record() throws { try command(["pipe-pane", "-t", "t", "cat >> \(folder.path)/sent"]) }

  var recorded: [UInt8] { FileManager.default.contents(atPath: folder.path + "/sent").map(Array.init) ?? [] }

  func screen() throws -> [String] {
    try command(["capture-pane", "-p", "-t", "t"]).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// Waits until a text stands on the screen, or does not any more.
  @discardableResult
  func wait(for text: String, present: Bool = true, seconds: Double = 20) throws -> [String] {
    try wait("\(present ? "" : "no ")\"\(text)\"", seconds: seconds) { rows in
      rows.contains { $0.contains(text) } == present
    }
  }

  @discardableResult
  func wait(_ what: String, seconds: Double = 20, until: ([String]) -> Bool) throws -> [String] {
    let end = Date(timeIntervalSinceNow: seconds)
    var rows: [String] = []
    repeat {
      rows = try screen()
      if until(rows) { return rows }
    } while Date() < end
    throw Failure(description: "waited for \(what); the screen has\n" + rows.joined(separator: "\n"))
  }

  @discardableResult
  private func command(_ arguments: [String]) throws -> String {
    guard let path = Tmux.path else { throw Failure(description: "no tmux") }
    // A file and not a pipe, and no `Process`: tmux's server keeps open what its first client has.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(socket)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, file.path, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let words = ([path, "-u", "-S", folder.path + "/socket"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    // A thread of a test may block signals; the server would inherit that, and not end when it is told to.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    guard posix_spawn(&child, path, &actions, &attributes, words, environ) == 0 else {
      throw Failure(description: "tmux cannot be started")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Failure(description: "tmux \(arguments.prefix(4)) failed") }
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}
