/// GNU sed can run commands: the `e` command, and the `e` flag of `s`.
enum SedScript {
  static func executes(_ script: String) -> Bool {
    for line in script.split(whereSeparator: { $0 == ";" || $0 == "\n" }) {
      let command = line.drop { $0.isWhitespace || $0.isNumber || $0 == "$" || $0 == "," || $0 == "!" || $0 == "{" }
      if command == "e" || command.hasPrefix("e ") { return true }
      if substitutionExecutes(command) { return true }
    }
    return false
  }

  private static func substitutionExecutes(_ command: Substring) -> Bool {
    guard command.first == "s", let mark = command.dropFirst().first, !mark.isLetter, !mark.isWhitespace else {
      return false
    }
    var seen = 1
    var isEscaped = false
    for (index, character) in zip(command.indices, command).dropFirst(2) {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == mark {
        seen += 1
        if seen == 3 {
          let flags = command[command.index(after: index)...].prefix { "gpiIemM0123456789".contains($0) }
          return flags.contains("e")
        }
      }
    }
    return false
  }
}
