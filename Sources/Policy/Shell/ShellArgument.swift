/// One field of a command after expansion, as far as it can be known from the text alone.
struct ShellArgument: Equatable, Sendable {
  /// Stands in `text` for what only the running shell would know.
  static let gap: Character = "\u{FFFC}"
  static let unknown = ShellArgument(text: String(gap))

  var text: String
  /// Holds `*`, `?` or `[` that the shell would match against files.
  var hasPattern = false
  /// It may be any number of names: an unquoted substitution that is not known.
  var isList = false
  /// What a process substitution in it would deliver.
  var process: ShellInput?

  init(text: String, hasPattern: Bool = false, process: ShellInput? = nil) {
    self.text = text
    self.hasPattern = hasPattern
    self.process = process
  }

  /// Something in it is not known.
  var isPartlyUnknown: Bool { text.utf8.contains(0xef) && text.contains(Self.gap) }
  /// Nothing in it is known.
  var isWhollyUnknown: Bool { !text.isEmpty && isPartlyUnknown && text.allSatisfy { $0 == Self.gap } }
  var isOption: Bool { text.utf8.count > 1 && text.utf8.first == UInt8(ascii: "-") }
}

/// What a command reads on its standard input.
enum ShellInput: Equatable, Sendable {
  /// Whatever the shell itself has: nothing that the text decides.
  case inherited
  case text(String)
  case file(String)
  /// Another command's output, not known; from the network where one of the commands fetched it.
  case stream(network: Bool)

  var isNetwork: Bool {
    if case .stream(network: true) = self { return true }
    return false
  }
}
