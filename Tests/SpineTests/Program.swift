import Foundation

/// A child process of a test: its output is collected, and a line of it can be waited for.
final class Program: @unchecked Sendable {
  // `lines` and `ended` are guarded by `condition`; the rest is set before the process starts.
  private let process = Process()
  private let condition = NSCondition()
  private var output = Data()
  private var ended = false
  private var drained = false

  struct Outcome {
    var status: Int32
    var output: String
  }

  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  init(_ path: String, _ arguments: [String], environment: [String: String] = [:], input: FileHandle? = nil) throws {
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = input ?? FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let reader = pipe.fileHandleForReading
    Thread.detachNewThread { [self] in
      while case let data = reader.availableData, !data.isEmpty {
        condition.lock()
        output.append(data)
        condition.broadcast()
        condition.unlock()
      }
      condition.lock()
      drained = true
      condition.broadcast()
      condition.unlock()
    }
    // The pipe's end is no sign of the process's: a server that it started may hold the pipe open.
    Thread.detachNewThread { [self] in
      process.waitUntilExit()
      condition.lock()
      ended = true
      condition.broadcast()
      condition.unlock()
    }
  }

  /// Runs a program to its end.
  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60
  ) throws -> Outcome {
    try Program(path, arguments, environment: environment).finish(seconds: seconds)
  }

  /// Waits for a text in the output.
  func wait(for text: String, seconds: Double = 30) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !String(decoding: output, as: UTF8.self).contains(text) {
      guard !ended, condition.wait(until: deadline) else {
        throw Missing(description: "no \(text) in: \(String(decoding: output, as: UTF8.self))")
      }
    }
  }

  func finish(seconds: Double = 60) throws -> Outcome {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !ended {
      guard condition.wait(until: deadline) else {
        process.terminate()
        throw Missing(description: "still running after \(seconds) s: \(String(decoding: output, as: UTF8.self))")
      }
    }
    // What it wrote last may still be on its way through the pipe; only a pipe held open by a child makes this wait.
    let grace = Date(timeIntervalSinceNow: 0.3)
    while !drained, condition.wait(until: grace) {}
    return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }

  func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }
}
