import ArgumentParser
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Plays a session as text, at the speed it happened.",
    discussion: """
      Examples:
        steno replay s-80c2
        steno replay s-80c2 --speed 8 --max-idle 1
        steno replay s-80c2 --step            waits for Enter before each step

      A shell recording is played as its screen, in the terminal's upper left corner; where the output is no terminal, as the screen's
      text at the end of each step.
      """)

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Option(help: "How many times as fast.") var speed = 1.0
  @Option(help: "Longest pause in seconds.") var maxIdle = 5.0
  @Flag(help: "Waits for Enter before each step.") var step = false
  @OptionGroup var source: SourceOption

  func validate() throws {
    guard speed > 0, speed.isFinite else { throw ValidationError("--speed must be over 0") }
    guard maxIdle >= 0, maxIdle.isFinite, maxIdle <= 86_400 else {
      throw ValidationError("--max-idle must be from 0 to 86400 seconds")
    }
  }

  func run() async throws {
    let client = try await source.connect("replay")
    let summary = try await client.summary(session)
    if summary.proto == "shell" {
      try await ShellReplay(speed: speed, maxIdle: maxIdle, waits: step).play(summary, client)
      return await client.close()
    }
    var last = summary.started
    try await client.eachStep(of: summary.id) { view in
      if step {
        StandardOutput.error("-- Enter for step \(view.step), ^D to end --")
        guard readLine() != nil else { throw CommandFailure.silent(0) }
      } else {
        try await pause(view.at.microseconds(since: last))
      }
      StepText.lines(view).forEach(StandardOutput.line)
      StandardOutput.line("")
      last = view.response?.at ?? view.at
    }
    await client.close()
  }

  private func pause(_ microseconds: Int64) async throws {
    let seconds = min(Double(max(0, microseconds)) / 1_000_000 / speed, maxIdle)
    if seconds > 0.001 { try await Task.sleep(for: .seconds(seconds)) }
  }
}
