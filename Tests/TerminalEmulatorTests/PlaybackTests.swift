import TerminalEmulator
import TestSupport
import Testing

@Suite("A recording played to and fro")
struct PlaybackTests {
  private func recording(events: Int) -> Playback {
    let playback = Playback(columns: 80, rows: 24)
    var random = SplitMix(state: 11)
    for number in 0..<events {
      var text = "\u{1b}[3\(number % 8)mline \(number)\u{1b}[0m "
      text += String(repeating: "x", count: Int(random.next() % 120))
      text += random.next() % 40 == 0 ? "\u{1b}[2J\u{1b}[H" : "\r\n"
      playback.append(output: Array(text.utf8), at: Int64(number) * 1000)
      if number % 500 == 499 {
        playback.append(columns: 60 + number % 70, rows: 20 + number % 9, at: Int64(number) * 1000)
      }
    }
    return playback
  }

  @Test("Any place shows the same, whichever way it is reached")
  func places() {
    let straight = recording(events: 3000)
    let about = recording(events: 3000)
    about.seek(to: about.count)
    var random = SplitMix(state: 5)
    let targets = (0..<20).map { _ in Int(random.next() % UInt64(about.count)) }
    var screens: [Int: TerminalScreen] = [:]
    for target in targets.sorted() {
      straight.seek(to: target)
      screens[target] = straight.screen
    }
    for target in targets {
      about.seek(to: target)
      #expect(about.position == target)
      #expect(about.screen == screens[target])
    }
  }

  @Test("A step back plays no more than what lies between two keyframes")
  func cost() {
    let playback = recording(events: 6000)
    playback.seek(to: playback.count)
    #expect(playback.keyframes.count > 5)
    for back in 1...50 {
      // With that budget it must be there in one go.
      #expect(playback.seek(to: playback.count - back * 7, budget: Playback.spacing * 2))
    }
  }

  @Test("A budget stops on the way, and the next call goes on")
  func budget() {
    let playback = recording(events: 2000)
    var calls = 1
    while !playback.seek(to: playback.count, budget: 10_000) { calls += 1 }
    #expect(calls > 5 && playback.position == playback.count)
  }

  @Test("A time is the last event that had happened then")
  func times() {
    let playback = recording(events: 10)
    #expect(playback.position(at: -1) == 0)
    #expect(playback.position(at: 0) == 1)
    #expect(playback.position(at: 2500) == 3)
    #expect(playback.position(at: 1 << 40) == playback.count)
    #expect(playback.length == 9000)
  }
}
