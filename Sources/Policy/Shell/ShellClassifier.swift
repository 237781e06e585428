import SessionModel
import ShellSyntax

/// Reads a command line as a shell would, and says what its commands do. Pure: the same text gives the same reading.
///
/// What stays undecidable from text alone: what files, scripts, aliases, functions, environment variables and targets of
/// links hold, and what a program does that no table knows. `Classification.md` in the documentation lists it.
package struct ShellClassifier: Sendable {
  let limits: ShellLimits
  let programs: ProgramTable

  package init(limits: ShellLimits = ShellLimits(), programs: ProgramTable = .standard) {
    self.limits = limits
    self.programs = programs
  }

  package func facts(_ text: String) -> StatementFacts {
    read(text).facts
  }

  func read(_ text: String) -> SQLReading {
    // Where bytes were no UTF-8, the shell reads something else than we do.
    if text.utf8.contains(0xef), text.unicodeScalars.contains("\u{FFFD}") { return .unknown("invalid_utf8") }
    do {
      let script = try ShellParser.parse(text, limits: limits)
      var walker = ShellWalker(limits: limits, programs: programs)
      walker.script(script)
      walker.findings.joinLeak()
      for reason in Disguise.reasons(in: text) { walker.findings.note(reason) }
      return walker.findings.reading
    } catch {
      return .unknown(error.rawValue)
    }
  }
}
