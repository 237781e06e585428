import ArgumentParser

/// `NAME=VALUE` of an option.
struct NamedValue: ExpressibleByArgument, Sendable {
  var name: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
    guard !value.isEmpty else { return nil }
  }
}
