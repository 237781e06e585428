extension Theme {
  /// What is used where no theme file is found: the same as `themes/dark.toml`.
  package static let defaultEntries: [String: String] = [
    "palette.ground": "#10141a", "palette.ink": "#c9d1d9", "palette.bright": "#f0f4f8", "palette.faint": "#8b95a3",
    "palette.line": "#667182", "palette.accent": "#56c2b6", "palette.red": "#ff7b72", "palette.amber": "#e3b341",
    "palette.green": "#7ec699", "palette.violet": "#c3a6ff", "palette.blue": "#79b8ff", "palette.sand": "#d3b88c",
    "text": "fg=ink bg=ground ansi=default ansibg=default",
    "text.dim": "fg=faint ansi=default dim",
    "text.strong": "fg=bright ansi=default bold",
    "ui.title": "fg=accent ansi=cyan bold",
    "ui.bar": "fg=faint ansi=default",
    "ui.key": "fg=accent ansi=cyan bold",
    "ui.rule": "fg=line ansi=default dim",
    "ui.cursor": "fg=accent ansi=cyan bold",
    "ui.match": "fg=ground bg=amber ansi=black ansibg=yellow reverse-if-mono",
    "ui.badge": "fg=amber ansi=yellow bold",
    "ui.prompt": "fg=accent ansi=cyan bold",
    "ui.error": "fg=red ansi=red bold",
    "risk.low": "fg=faint ansi=default",
    "risk.medium": "fg=amber ansi=yellow",
    "risk.high": "fg=red ansi=red bold",
    "verdict.allow": "fg=green ansi=green",
    "verdict.mask": "fg=violet ansi=magenta",
    "verdict.held": "fg=amber ansi=yellow bold",
    "verdict.deny": "fg=red ansi=red bold",
    "verdict.error": "fg=red ansi=red",
    "state.waits": "fg=amber ansi=yellow bold",
    "state.runs": "fg=green ansi=green",
    "state.idle": "fg=faint ansi=default",
    "state.ended": "fg=faint ansi=default",
    "state.lost": "fg=red ansi=red",
    "kind.thought": "fg=violet ansi=magenta",
    "kind.request": "fg=blue ansi=blue",
    "kind.result": "fg=sand ansi=default",
    "code.keyword": "fg=blue ansi=blue",
    "code.string": "fg=sand ansi=yellow",
    "code.number": "fg=violet ansi=magenta",
    "code.comment": "fg=faint ansi=default italic",
    "redacted": "fg=faint ansi=default",
    "untrusted": "fg=violet ansi=magenta italic",
    "control": "fg=ground bg=red ansi=white ansibg=red reverse-if-mono",
    "seal.ok": "fg=green ansi=green",
    "seal.broken": "fg=ground bg=red ansi=white ansibg=red reverse-if-mono",
  ]

  package static let standard: Theme = {
    do {
      return try Theme(name: "dark", defaultEntries)
    } catch {
      preconditionFailure("the built-in theme is wrong: \(error)")
    }
  }()
}
