import SessionModel

/// What programs do, as data: by program, subcommands and options, a class and a reason. First match decides.
///
/// A line is `PROGRAM[,PROGRAM…] PATTERN… : OUTCOME`, `#` starts a comment. Patterns:
/// - `word`: the next argument that is no option and no option's value; `a|b` for either, `*` and `?` as in globs;
/// - `-f|--force`: one of these options is given, alone or in a cluster (`-df`); `--type=job` with that value;
/// - `!-n|--dry-run`: none of these is given;
/// - `=GLOB`: any argument that is no option fits the glob; `!*`: no further argument.
///
/// Outcomes:
/// - `read|write|destructive|admin|unknown [REASON]`;
/// - `@wrap N [OPTION…]`: after N arguments the rest is a command of its own; the options named take a value;
/// - `@shell N [OPTION…]`: the same, joined with blanks and read by a shell once more.
///
/// `PROGRAM @value OPTION…` names options of the program that take a value, `PROGRAM @code OPTION[=PREFIX]…` those whose
/// value, behind the prefix, is a command for a shell; `PROGRAM @nocase` folds its words' case.
package struct ProgramTable: Sendable {
  struct Program: Sendable {
    var valued: Set<String> = []
    var foldsCase = false
    /// Options whose values are commands: the option, and what the value starts with before the command.
    var code: [(option: String, prefix: String)] = []
    var entries: [Entry] = []

    /// It does nothing but run another program, whose `--help` it may be given.
    var isWrapper: Bool {
      guard entries.count == 1, case .wraps = entries[0].outcome else { return false }
      return true
    }
  }

  struct Entry: Sendable {
    var words: [[Glob]] = []
    var ends = false
    var present: [[String]] = []
    var absent: [[String]] = []
    var anywhere: [Glob] = []
    var outcome: Outcome

    var isUnconditional: Bool {
      words.isEmpty && !ends && present.isEmpty && absent.isEmpty && anywhere.isEmpty
    }
  }

  enum Outcome: Sendable {
    case does(StatementClass, reason: String?)
    case wraps(skipping: Int, valued: Set<String>, throughShell: Bool)
  }

  private(set) var programs: [String: Program] = [:]

  /// - Throws: ``ProgramTableError`` with the number of the first line that cannot be read.
  package init(_ text: String = "") throws(ProgramTableError) {
    try add(text, first: false)
  }

  /// Adds lines; those of the configuration go before what is known already and so decide first.
  package mutating func add(_ text: String, first: Bool = true) throws(ProgramTableError) {
    var added: [String: [Entry]] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let line = try ProgramLine(line, number: index + 1) else { continue }
      for named in line.programs {
        switch line.content {
        case .valued(let options): programs[named, default: Program()].valued.formUnion(options)
        case .code(let options):
          for option in options {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            programs[named, default: Program()].valued.insert(name)
            programs[named, default: Program()].code.append((name, parts.count > 1 ? String(parts[1]) : ""))
          }
        case .foldsCase: programs[named, default: Program()].foldsCase = true
        case .entry(let entry): added[named, default: []].append(entry)
        }
      }
    }
    for (name, entries) in added {
      let known = programs[name]?.entries ?? []
      let joined = first ? entries + known : known + entries
      // An entry without conditions is what remains when nothing else fits, wherever it was written.
      programs[name, default: Program()].entries =
        joined.filter { !$0.isUnconditional } + joined.filter(\.isUnconditional)
    }
  }

  /// What the project knows of programs itself.
  package static let standard: ProgramTable = {
    var table = ProgramTable.empty
    for part in ProgramTable.parts {
      do throws(ProgramTableError) { try table.add(part, first: false) } catch {
        preconditionFailure("line \(error.line) of the table of programs: \(error.problem)")
      }
    }
    return table
  }()

  private static let empty: ProgramTable = {
    do { return try ProgramTable() } catch { preconditionFailure("an empty table has no line to be wrong") }
  }()

  static let parts = [reading, writing, system, versionControl, containers, cloud, databases, packages, wrappers]
}

/// A line of a table of programs that cannot be read.
package struct ProgramTableError: Error, Equatable, Sendable {
  package var line: Int
  package var problem: String

  package init(line: Int, problem: String) {
    self.line = line
    self.problem = problem
  }
}
