/// One program with its arguments and input.
struct ShellInvocation {
  /// Last part of the path.
  var program: String
  var path: String
  var arguments: [ShellArgument]
  var input: ShellInput

  func parsed(_ valued: Set<String> = [], stopsAtOperand: Bool = false) -> ParsedArguments {
    ParsedArguments(arguments, valued: valued, stopsAtOperand: stopsAtOperand)
  }

  /// It only says how it is used.
  var asksForHelp: Bool {
    arguments.contains { $0.text == "--help" }
      || (arguments.count == 1 && ["--version", "-V", "-h", "-help", "-version"].contains(arguments[0].text))
  }
}
