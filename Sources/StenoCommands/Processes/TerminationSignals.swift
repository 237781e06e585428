import Dispatch
import Glibc

/// SIGINT, SIGTERM and SIGHUP as something to wait for, so that every way out clears up.
final class TerminationSignals: Sendable {
  let received = Occurrence<Int32>()
  let hangup = Hangup()
  // Dispatch sources are thread-safe; these are made once and only kept alive here.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  init() {
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let received = received
      let hangup = hangup
      source.setEventHandler {
        if number != SIGHUP || !hangup.isAnswered() { received.happen(number) }
      }
      source.resume()
      sources.append(source)
    }
    self.sources = sources
  }

  /// Gives the signals back to whoever handles them next: the console has handlers of its own.
  func release() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
  }
}
