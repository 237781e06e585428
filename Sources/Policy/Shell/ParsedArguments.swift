/// A program's arguments, told apart: options with their values, and the rest.
struct ParsedArguments {
  private(set) var options: [String] = []
  /// Values of options that take one as the next argument, or behind `=`.
  private(set) var values: [(option: String, value: ShellArgument)] = []
  private(set) var operands: [ShellArgument] = []

  /// - Parameter stopsAtOperand: Options end at the first operand, as POSIX has it.
  init(_ arguments: some Sequence<ShellArgument>, valued: Set<String>, stopsAtOperand: Bool = false) {
    var iterator = arguments.makeIterator()
    var ended = false
    while let argument = iterator.next() {
      if ended || !argument.isOption {
        operands.append(argument)
        if stopsAtOperand { ended = true }
      } else if argument.text == "--" {
        ended = true
      } else {
        option(argument, valued, &iterator)
      }
    }
  }

  private mutating func option(
    _ argument: ShellArgument, _ valued: Set<String>, _ iterator: inout some IteratorProtocol<ShellArgument>
  ) {
    let text = argument.text
    options.append(text)
    if let equals = text.firstIndex(of: "=") {
      values.append((String(text[..<equals]), ShellArgument(text: String(text[text.index(after: equals)...]))))
    } else if valued.contains(text) {
      if let value = iterator.next() { values.append((text, value)) }
    } else if !text.hasPrefix("--"), text.utf8.count > 2 {
      // `-n5`, and `-xvf FILE`: the last letter of a cluster may take the next argument.
      let letter = "-" + String(text.dropFirst().prefix(1))
      if valued.contains(letter) {
        values.append((letter, ShellArgument(text: String(text.dropFirst(2)))))
      } else if let last = text.last, valued.contains("-\(last)"), let value = iterator.next() {
        values.append(("-\(last)", value))
      }
    }
  }

  func value(_ names: String...) -> ShellArgument? {
    values.last { names.contains($0.option) }?.value
  }

  func allValues(_ names: String...) -> [ShellArgument] {
    values.filter { names.contains($0.option) }.map(\.value)
  }

  /// - Parameter abbreviated: A long option also counts when its name is cut short, as getopt allows.
  func has(_ name: String, abbreviated: Bool = false) -> Bool {
    if let equals = name.firstIndex(of: "=") {
      let option = String(name[..<equals])
      let glob = Glob(String(name[name.index(after: equals)...]))
      return values.contains { $0.option == option && glob.matches($0.value.text) }
    }
    return options.contains { Self.matches($0, name, abbreviated) }
  }

  func hasAny(_ names: String...) -> Bool {
    names.contains { has($0, abbreviated: false) }
  }

  private static func matches(_ option: String, _ name: String, _ abbreviated: Bool) -> Bool {
    if option == name { return true }
    if name.utf8.count == 2 {
      guard !option.hasPrefix("--"), let letter = name.utf8.last else { return false }
      return option.utf8.dropFirst().prefix { $0.isShellLetter }.contains(letter)
    }
    if option.hasPrefix(name), option.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: "=") {
      let value = option.dropFirst(name.count + 1).lowercased()
      return value != "false" && value != "no" && value != "0" && value != "none"
    }
    return abbreviated && option.utf8.count >= 5 && option.hasPrefix("--") && name.hasPrefix(option)
  }
}

extension UInt8 {
  fileprivate var isShellLetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
}
