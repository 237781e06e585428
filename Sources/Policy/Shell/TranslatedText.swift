/// What `tr` makes of a known text, for sets of characters and ranges.
enum TranslatedText {
  static func text(_ arguments: [String], _ given: String) -> String? {
    if arguments.count == 2, arguments[0] == "-d" {
      guard let gone = members(arguments[1]) else { return nil }
      return String(given.filter { !gone.contains($0) })
    }
    guard arguments.count == 2, !arguments[0].hasPrefix("-"), let from = members(arguments[0]),
      let to = members(arguments[1]), let last = to.last
    else { return nil }
    var map: [Character: Character] = [:]
    for (index, character) in from.enumerated() { map[character] = index < to.count ? to[index] : last }
    return String(given.map { map[$0] ?? $0 })
  }

  private static func members(_ set: String) -> [Character]? {
    switch set {
    case "[:upper:]": return members("A-Z")
    case "[:lower:]": return members("a-z")
    default: break
    }
    guard !set.contains("["), !set.contains("\\"), !set.contains(ShellArgument.gap) else { return nil }
    var result: [Character] = []
    let characters = Array(set)
    var at = 0
    while at < characters.count {
      if at + 2 < characters.count, characters[at + 1] == "-", let low = characters[at].asciiValue,
        let high = characters[at + 2].asciiValue, low <= high
      {
        for value in low...high { result.append(Character(UnicodeScalar(value))) }
        at += 3
      } else {
        result.append(characters[at])
        at += 1
      }
    }
    return result
  }
}
