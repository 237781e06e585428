import CTerm
import ConsoleCore
import Glibc
import SessionModel
import Synchronization

/// Runs a console on the terminal: reads keys, takes answers, updates the model, paints.
///
/// Everything happens on the calling thread. `perform` is called there too and must not block; its answers may come from any thread.
package struct ConsoleRunner {
  package typealias Answer = @Sendable (Action) -> Void
  /// How long a lone ESC may be the start of a sequence.
  private static let escapeMilliseconds: Int32 = 30
  /// Shortest time between two paints that no key asked for: what arrives faster than that is shown together.
  private static let paceMilliseconds: Int32 = 40

  private let theme: Theme
  private let environment: [String: String]
  private let input = STDIN_FILENO
  private let output = STDOUT_FILENO

  package init(theme: Theme, environment: [String: String]) {
    self.theme = theme
    self.environment = environment
  }

  /// The size of the terminal on standard output; 80x24 where it does not say.
  package static var size: Size {
    var rows: Int32 = 24
    var columns: Int32 = 80
    _ = cterm_size(STDOUT_FILENO, &rows, &columns)
    return Size(width: Int(columns), height: Int(rows))
  }

  /// The zone of this machine.
  package static var zone: Zone {
    var seconds = time(nil)
    var local = tm()
    guard localtime_r(&seconds, &local) != nil, let name = local.tm_zone else { return .utc }
    return Zone(seconds: Int64(local.tm_gmtoff), name: String(cString: name))
  }

  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Microseconds of a clock that never jumps.
  private static var monotonic: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Runs until the person leaves or the process is told to end. The terminal is as before on every way out.
  ///
  /// - Throws: `ConsoleFault` where no screen can be shown; nothing has been written then.
  package func run(
    model start: ConsoleModel, perform: @escaping @Sendable (Command, @escaping Answer) -> Void
  ) throws(ConsoleFault) {
    guard isatty(input) == 1, isatty(output) == 1 else { throw .noTerminal }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .noResources }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    let inbox = Inbox(wake: ends[1])
    defer {
      inbox.close()
      Glibc.close(ends[0])
      Glibc.close(ends[1])
    }
    var model = start
    _ = model.update(.resized(Self.size))
    var painter = try Painter(theme: theme, output: output, size: model.size, environment: environment)
    guard cterm_raw(input) == 0 else { throw .noTerminal }
    cterm_signals(ends[1], input, output, TerminalOutput.farewell)
    TerminalOutput.write(Array(TerminalOutput.enter.utf8), to: output)
    defer {
      TerminalOutput.write(Array(TerminalOutput.leave.utf8), to: output)
      painter.close()
      cterm_cooked(input)
      cterm_signals_end()
    }
    var decoder = KeyDecoder()
    var frames = 0
    var hasMouse = false
    defer { if hasMouse { TerminalOutput.write(Array(TerminalOutput.mouseOff.utf8), to: output) } }
    var queue = model.opening
    var isRunning = true
    var lastPaint: Int64 = 0
    // A key, a signal, or the first time: what it does is shown at once.
    var isAsked = true
    while isRunning {
      while !queue.isEmpty {
        let batch = queue
        queue = []
        for command in batch {
          queue += carryOut(
            command, model: &model, painter: &painter, isRunning: &isRunning, hasMouse: &hasMouse, inbox: inbox,
            perform: perform)
        }
      }
      guard isRunning else { break }
      let owed = max(0, Self.paceMilliseconds - Int32(clamping: (Self.monotonic - lastPaint) / 1000))
      let isDue = isAsked || owed == 0
      if isDue {
        painter.paint(model.render())
        model.painted()
        frames += 1
        report(frames, bytes: painter.bytes)
        lastPaint = Self.monotonic
      }
      let timeout = decoder.isWaiting ? Self.escapeMilliseconds : Int32(model.tickMilliseconds)
      let woken = wait(pipe: ends[0], milliseconds: isDue ? timeout : min(timeout, owed))
      isAsked = !woken.bytes.isEmpty || !woken.signals.isEmpty
      var actions: [Action] = [.tick(Self.now)]
      for signal in woken.signals {
        switch signal {
        case SIGWINCH, SIGCONT:
          actions.append(.resized(Self.size))
          if signal == SIGCONT { painter.forget() }
        case SIGTSTP: queue.append(.suspend)
        case SIGTERM, SIGHUP, SIGINT: isRunning = false
        default: break
        }
      }
      if woken.isClosed { isRunning = false }
      var events = decoder.decode(woken.bytes)
      if woken.bytes.isEmpty, decoder.isWaiting { events += decoder.flush() }
      for event in events {
        switch event {
        case .key(let key): actions.append(.key(key))
        case .pasted(let text): actions.append(.pasted(text))
        case .focus(let isIn): actions.append(.focus(isIn))
        case .mouse(let event): actions.append(.mouse(event))
        }
      }
      let answers = inbox.take()
      // What was asked for is waited for; only what comes by itself is held to the pace.
      isAsked = isAsked || answers.contains { if case .tail = $0 { false } else { true } }
      actions += answers
      for action in actions {
        if case .resized(let size) = action, size != model.size { painter.resize(size) }
        queue += model.update(action)
      }
    }
  }

  private func carryOut(
    _ command: Command, model: inout ConsoleModel, painter: inout Painter, isRunning: inout Bool, hasMouse: inout Bool,
    inbox: Inbox, perform: @escaping @Sendable (Command, @escaping Answer) -> Void
  ) -> [Command] {
    switch command {
    case .quit: isRunning = false
    case .bell: TerminalOutput.write([0x07], to: output)
    case .redraw: painter.forget()
    case .copy(let text): copy(text)
    case .drawCode(let token): return model.update(.code(token: token, random: UInt64.random(in: 0...UInt64.max)))
    case .suspend:
      if hasMouse { TerminalOutput.write(Array(TerminalOutput.mouseOff.utf8), to: output) }
      TerminalOutput.write(Array(TerminalOutput.leave.utf8), to: output)
      painter.close()
      cterm_cooked(input)
      cterm_stop()
      _ = cterm_raw(input)
      TerminalOutput.write(Array(TerminalOutput.enter.utf8), to: output)
      if hasMouse { TerminalOutput.write(Array(TerminalOutput.mouseOn.utf8), to: output) }
      let size = Self.size
      painter.resize(size)
      return model.update(.resized(size))
    case .notify(let words):
      // OSC 9: what a desktop shows of it is an identifier and a risk. The words are our own and passed the sanitizer.
      TerminalOutput.write(Array("\u{1B}]9;steno: \(words)\u{7}".utf8), to: output)
    case .mouse(let isOn):
      hasMouse = isOn
      TerminalOutput.write(Array((isOn ? TerminalOutput.mouseOn : TerminalOutput.mouseOff).utf8), to: output)
    case .loadSessions, .loadSession, .loadSteps, .loadStep, .loadTable, .loadWire, .loadRecording, .search, .count,
      .loadApprovals,
      .decide, .escalate, .revokeGrant, .seen, .endSession, .loadSignals, .loadFacets, .loadHistory, .loadNotes, .note,
      .saveSearch,
      .removeSearch, .tail:
      perform(command) { action in inbox.put(action) }
    }
    return []
  }

  /// OSC 52 with what is shown, base64, at most 64 KiB.
  private func copy(_ text: String) {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = Array(text.utf8.prefix(48 << 10))
    var coded: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var value = 0
      for index in 0..<3 { value = value << 8 | (index < part.count ? Int(part[start + index]) : 0) }
      for index in 0..<4 {
        coded.append(index <= part.count ? letters[value >> (18 - index * 6) & 63] : UInt8(ascii: "="))
      }
    }
    TerminalOutput.write(Array("\u{1B}]52;c;".utf8) + coded + [0x07], to: output)
  }

  private struct Woken {
    var bytes: [UInt8] = []
    var signals: [Int32] = []
    var isClosed = false
  }

  private func wait(pipe: Int32, milliseconds: Int32) -> Woken {
    var woken = Woken()
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: pipe, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&descriptors, 2, milliseconds) >= 0 || errno == EINTR else { return woken }
    var room = [UInt8](repeating: 0, count: 4096)
    if descriptors[1].revents & Int16(POLLIN) != 0 {
      let count = read(pipe, &room, room.count)
      if count > 0 { woken.signals = room.prefix(count).filter { $0 != 0 }.map(Int32.init) }
    }
    if descriptors[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
      let count = read(input, &room, room.count)
      if count > 0 {
        woken.bytes = Array(room.prefix(count))
      } else if descriptors[0].revents & Int16(POLLHUP | POLLERR) != 0 {
        woken.isClosed = true
      }
    }
    return woken
  }

  /// Where `STENO_FRAME_FILE` names a file, the number of frames painted so far is written there, and the bytes of the last: tests
  /// wait for the one and measure the other.
  private func report(_ frames: Int, bytes: Int) {
    guard let path = environment["STENO_FRAME_FILE"] else { return }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    TerminalOutput.write(Array("\(frames) \(bytes)\n".utf8), to: file)
    close(file)
  }
}

/// Answers on their way to the loop. Put from any thread, taken by the loop alone.
final class Inbox: Sendable {
  /// A tail that outruns the screen is cut here; the record has what is not shown.
  private static let maximum = 10_000

  private struct State {
    var actions: [Action] = []
    var wake: Int32
  }

  private let state: Mutex<State>

  init(wake: Int32) {
    state = Mutex(State(wake: wake))
  }

  func put(_ action: Action) {
    state.withLock { state in
      guard state.wake >= 0 else { return }
      if state.actions.count >= Self.maximum, case .tail(let events) = action {
        let missed = TailEvent(seq: events.last?.seq ?? 0, change: "skipped", skipped: events.count)
        if case .tail(var last)? = state.actions.last, last.last?.change == "skipped" {
          last[last.count - 1].skipped = (last[last.count - 1].skipped ?? 0) + events.count
          last[last.count - 1].seq = missed.seq
          state.actions[state.actions.count - 1] = .tail(last)
        } else {
          state.actions.append(.tail([missed]))
        }
        return
      }
      state.actions.append(action)
      var byte: UInt8 = 0
      if state.actions.count == 1 { _ = Glibc.write(state.wake, &byte, 1) }
    }
  }

  func take() -> [Action] {
    state.withLock { state in
      defer { state.actions = [] }
      return state.actions
    }
  }

  func close() {
    state.withLock { $0.wake = -1 }
  }
}
