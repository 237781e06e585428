import Foundation
import QueryProtocol
import SessionModel
import Testing

@testable import StenoCommands

@Suite("A shell's recording in steps")
struct ShellStepperTests {
  private func items(_ events: [CastReader.Event]) -> [ImportItem] {
    var stepper = ShellStepper()
    return events.flatMap { stepper.take($0) } + stepper.finish()
  }

  private func texts(_ events: [CastReader.Event]) -> [String] {
    items(events).compactMap { if case .step(let step) = $0 { step.text } else { nil } }
  }

  private func out(_ at: Double, _ text: String) -> CastReader.Event {
    CastReader.Event(at: Int64(at * 1_000_000), kind: .output(Array(text.utf8)))
  }

  private func typed(_ at: Double, _ text: String) -> CastReader.Event {
    CastReader.Event(at: Int64(at * 1_000_000), kind: .input(Array(text.utf8)))
  }

  @Test("A mark begins a step")
  func marks() {
    let mark = CastReader.Event(at: 1, kind: .marker("first"))
    #expect(texts([out(0, "a"), mark, out(1, "b")]) == ["(start)", "first"])
  }

  @Test("A line that is sent begins a step, with what was typed as its text")
  func lines() {
    let steps = texts([
      out(0, "$ "), typed(1, "l"), out(1, "l"), typed(1.1, "x"), out(1.1, "x"), typed(1.2, "\u{7f}s"), out(1.2, "s"),
      typed(2, "\r"), out(2, "\r\nfile\r\n"),
    ])
    #expect(steps == ["(start)", "ls"])
  }

  @Test("A line that was not echoed is not shown")
  func secret() {
    let steps = texts([out(0, "Password: "), typed(1, "h"), typed(1.1, "i"), typed(2, "\r"), out(2, "\r\nok")])
    #expect(steps == ["(start)", "(not echoed: 2 characters)"])
  }

  @Test("The shell's own marks say what was run, and how it ended")
  func prompts() {
    let events = [
      out(0, "\u{1b}]133;A\u{7}$ \u{1b}]133;B\u{7}"), out(1, "ls -l\r\n"),
      out(1.5, "\u{1b}]133;C\u{7}file\r\n\u{1b}]133;D;2\u{7}"),
    ]
    #expect(texts(events) == ["(start)", "ls -l"])
    let outcomes = items(events).compactMap { if case .output(_, _, let outcome?) = $0 { outcome } else { nil } }
    #expect(outcomes.last?.tag == "exit 2" && outcomes.last?.error?.code == "2")
  }

  @Test("Without any sign, what comes out makes a step every five seconds")
  func intervals() {
    #expect(texts([out(0, "a"), out(4, "b"), out(6, "c"), out(7, "d"), out(12, "e")]).count == 3)
  }

  @Test("All bytes come out once, in records of at most a second and the limit's bytes, with their times")
  func whole() throws {
    var events: [CastReader.Event] = []
    var expected: [UInt8] = []
    for number in 0..<600 {
      let text = String(repeating: "\(number % 10)", count: number % 7 == 0 ? 5000 : 3)
      events.append(out(Double(number) * 0.11, text))
      expected += Array(text.utf8)
      if number % 9 == 0 { events.append(typed(Double(number) * 0.11, "k")) }
    }
    events.append(out(70, String(repeating: "x", count: 200_000)))
    expected += [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
    var bytes: [UInt8] = []
    for case .output(let text, let content, _) in items(events) {
      let data = try #require(Data(base64Encoded: content))
      let times = try #require(text.map { ShellEvents($0) } ?? ShellEvents())
      #expect(data.count <= ImportLimits.bytes && times.list.count <= ImportLimits.events)
      #expect(times.list.reduce(0) { $0 + $1.bytes } == data.count)
      if let first = times.list.first, let last = times.list.last { #expect(last.at - first.at <= ShellStepper.span) }
      bytes += data
    }
    #expect(bytes == expected)
  }

  @Test("Events are read as they were written")
  func words() {
    let events = ShellEvents([
      ShellEvent(at: 1500, kind: .output(bytes: 34)), ShellEvent(at: 1520, kind: .input(bytes: 1)),
      ShellEvent(at: 1520, kind: .resize(columns: 80, rows: 24)), ShellEvent(at: 1520, kind: .marker),
      ShellEvent(at: 1521, kind: .exit(status: 1)),
    ])
    #expect(events.text == "o1500,34 i20,1 r0,80x24 m0 x1,1" && ShellEvents(events.text) == events)
    for wrong in ["o", "o1", "o1,", "q1,1", "o-1,1", "r1,80", "x1,256", "o99999999999999999999,1", "m1,1"] {
      #expect(ShellEvents(wrong) == nil)
    }
  }
}
