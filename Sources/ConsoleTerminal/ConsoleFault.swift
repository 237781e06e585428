/// Why no screen can be shown. `description` says what to do instead.
package enum ConsoleFault: Error, Equatable, CustomStringConvertible {
  case dumb
  case unknownTerminal
  case noTerminal
  case noResources

  /// The exit code that goes with it.
  package var exitCode: Int32 { 2 }

  package var description: String {
    switch self {
    case .dumb:
      "this terminal cannot show a screen; the same as text: steno sessions, steno tail, steno search, steno approvals"
    case .unknownTerminal:
      "TERM names a terminal that is not known here; set it, or use text: steno sessions, steno tail, steno approvals"
    case .noTerminal:
      "the console needs a terminal; the same as text: steno sessions, steno tail, steno search, steno approvals"
    case .noResources: "no memory or no file descriptors are left for a screen"
    }
  }
}
