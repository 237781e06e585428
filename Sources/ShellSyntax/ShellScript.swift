/// A list of pipelines, in order.
package struct ShellScript: Equatable, Sendable {
  package var pipelines: [ShellPipeline]

  package init(_ pipelines: [ShellPipeline] = []) {
    self.pipelines = pipelines
  }
}

/// Commands joined by `|` or `|&`, and what stands behind them.
package struct ShellPipeline: Equatable, Sendable {
  package enum Connector: Equatable, Sendable {
    case sequence, and, or, background
  }

  package var commands: [ShellCommand]
  package var isNegated = false
  package var connector = Connector.sequence

  package init(_ commands: [ShellCommand]) {
    self.commands = commands
  }
}

/// A simple or compound command with its redirections.
package struct ShellCommand: Equatable, Sendable {
  package var body: CommandBody
  package var redirections: [Redirection]

  package init(_ body: CommandBody, redirections: [Redirection] = []) {
    self.body = body
    self.redirections = redirections
  }
}

/// Source: POSIX.1-2017, 2.9 "Shell Commands"; Bash manual 3.2.
package indirect enum CommandBody: Equatable, Sendable {
  case simple(SimpleCommand)
  /// `{ …; }`
  case group(ShellScript)
  /// `( … )`
  case subshell(ShellScript)
  /// `if`: conditions and bodies in order, the `else` body last with an empty condition.
  case conditional([ShellBranch])
  /// `while` and `until`.
  case loop(condition: ShellScript, body: ShellScript)
  /// `for` and `select`; no words where it runs over the arguments.
  case forEach(name: String, words: [ShellWord]?, body: ShellScript)
  /// `for ((…))`, its head as one word.
  case forArithmetic(ShellWord, body: ShellScript)
  case cases(ShellWord, [ShellCaseClause])
  /// `[[ … ]]`: its words.
  case test([ShellWord])
  /// `((…))`
  case arithmetic(ShellWord)
  case function(name: String, body: ShellCommand)
}

package struct ShellBranch: Equatable, Sendable {
  package var condition: ShellScript
  package var body: ShellScript
}

package struct ShellCaseClause: Equatable, Sendable {
  package var patterns: [ShellWord]
  package var body: ShellScript
}

package struct SimpleCommand: Equatable, Sendable {
  package var assignments: [Assignment] = []
  package var words: [ShellWord] = []
}

/// `name=value`, `name+=value`, `name[i]=value`, `name=(a b)`.
package struct Assignment: Equatable, Sendable {
  package var name: String
  package var appends: Bool
  /// Set where one element is assigned: `name[i]=value`.
  package var index: String?
  /// One word for a scalar; for an array all of its elements.
  package var values: [ShellWord]
  package var isArray: Bool
}

/// Source: POSIX.1-2017, 2.7 "Redirection"; Bash manual 3.6.
package struct Redirection: Equatable, Sendable {
  package enum Operator: String, Equatable, Sendable {
    case input = "<"
    case output = ">"
    case clobber = ">|"
    case append = ">>"
    case readWrite = "<>"
    case duplicateInput = "<&"
    case duplicateOutput = ">&"
    case both = "&>"
    case appendBoth = "&>>"
    case hereString = "<<<"
    case hereDocument = "<<"
  }

  /// The number or `{name}` before the operator, as written; empty without one.
  package var descriptor: String
  package var operation: Operator
  /// Target; for a here-string or here-document its text.
  package var target: ShellWord
}
