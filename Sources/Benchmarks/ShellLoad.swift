import Foundation
import TerminalEmulator

/// The emulator, and a recording of 50 MB played to its end and back.
struct ShellLoad {
  static let bytes = 50_000_000

  func run() {
    let playback = Playback(columns: 120, rows: 36)
    var made = 0
    var number = 0
    while made < Self.bytes {
      let output = Self.output(number)
      playback.append(output: output, at: Int64(number) * 2000)
      made += output.count
      number += 1
    }
    let forward = milliseconds { playback.seek(to: playback.count) }
    say(String(format: "emulator, with keyframes: %.1f MB/s", Double(made) / 1000 / forward))
    let kept = playback.keyframes
    say("keyframes of 50 MB at 120x36: \(kept.count), \(kept.bytes / 1_000_000) MB")
    var back: [Double] = []
    for step in 1...2000 { back.append(milliseconds { playback.seek(to: playback.count - step) }) }
    report("step back, one event, near the end", back)
    var state: UInt64 = 7
    let places = (0..<500).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % playback.count
    }
    report("jump to any place", places.map { place in milliseconds { playback.seek(to: place) } })
    playback.seek(to: playback.count / 2)
    let ahead = (1...2000).map { step in milliseconds { playback.seek(to: playback.count / 2 + step) } }
    report("step forward, one event", ahead)
    say(String(format: "screen as cells: %.2f ms", milliseconds { _ = playback.screen }))
  }

  private func report(_ name: String, _ times: [Double]) {
    let sorted = times.sorted()
    say(
      String(
        format: "%@: p50 %.2f ms, p99 %.2f ms, most %.2f ms", name, sorted[sorted.count / 2],
        sorted[sorted.count * 99 / 100], sorted[sorted.count - 1]))
  }

  private func milliseconds(_ body: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000_000
  }

  /// Lines of a coloured log, and now and then a full screen that is drawn anew.
  private static func output(_ number: Int) -> [UInt8] {
    var text = ""
    if number % 400 == 0 {
      text += "\u{1b}[?1049h\u{1b}[2J"
      for row in 1...36 { text += "\u{1b}[\(row);1H\u{1b}[4\(row % 8)m row \(row) of screen \(number) \u{1b}[0m" }
    } else if number % 400 == 60 {
      text += "\u{1b}[?1049l"
    } else {
      text +=
        "\u{1b}[3\(number % 8)m2026-01-01T00:00:\(number % 60) INFO\u{1b}[0m request \(number) took \(number % 977) ms\r\n"
    }
    return Array(text.utf8)
  }
}
