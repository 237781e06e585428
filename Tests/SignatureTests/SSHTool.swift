import Foundation

/// OpenSSH's own `ssh-keygen`, as the other side of the format.
struct SSHTool {
  static let path = "/usr/bin/ssh-keygen"
  static var isMissing: Bool { access(path, X_OK) != 0 }

  let folder: URL

  init() throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
      "sshsig-\(UInt64.random(in: 1...UInt64.max))")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ text: String, to name: String, mode: Int = 0o600) throws {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// - Returns: the exit status.
  func run(_ arguments: [String], input: String? = nil) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    if let input {
      try write(input, to: "input")
      process.standardInput = FileHandle(forReadingAtPath: file("input"))
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
