import Foundation

/// Runs a program and hands it JSON on standard input.
enum CommandHook {
  /// Seconds after which it is killed.
  static let patience = 20.0

  /// - Returns: what went wrong; nil when it ended with 0.
  static func run(_ words: [String], input: Data) async -> String? {
    guard let program = words.first else { return "no program" }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(words.dropFirst())
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardInput = pipe
    return await withCheckedContinuation { continuation in
      process.terminationHandler = { ended in
        let isDone = ended.terminationReason == .exit && ended.terminationStatus == 0
        continuation.resume(returning: isDone ? nil : "ended with \(ended.terminationStatus)")
      }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        return continuation.resume(returning: "cannot be started")
      }
      let identifier = process.processIdentifier
      DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
        if process.isRunning { kill(identifier, SIGKILL) }
      }
      // Smaller than a pipe's buffer, so that a program that does not read delays nobody.
      try? pipe.fileHandleForWriting.write(contentsOf: input)
      try? pipe.fileHandleForWriting.close()
    }
  }
}
