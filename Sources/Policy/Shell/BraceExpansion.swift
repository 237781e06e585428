import ShellSyntax

/// `a{b,c}d` and `{1..3}`, before any other expansion. Source: Bash manual 3.5.1.
enum BraceExpansion {
  /// Most words that one becomes; a word that would become more stays as it is.
  static let maximumWords = 64

  private enum Atom {
    case character(Character, quoted: Bool)
    case part(WordPart)

    func isBare(_ character: Character) -> Bool {
      if case .character(let own, false) = self { return own == character }
      return false
    }
  }

  static func words(of word: ShellWord) -> [ShellWord] {
    let hasBrace = word.parts.contains {
      if case .literal(let text, false) = $0 { return text.utf8.contains(UInt8(ascii: "{")) }
      return false
    }
    guard hasBrace else { return [word] }
    var atoms: [Atom] = []
    for part in word.parts {
      if case .literal(let text, let quoted) = part {
        if text.isEmpty { atoms.append(.part(part)) }
        for character in text { atoms.append(.character(character, quoted: quoted)) }
      } else {
        atoms.append(.part(part))
      }
    }
    guard atoms.count <= 4_096 else { return [word] }
    var budget = 256
    let expanded = expand(atoms[...], &budget)
    return expanded.count > maximumWords || budget <= 0 ? [word] : expanded.map(joined)
  }

  private static func expand(_ atoms: ArraySlice<Atom>, _ budget: inout Int) -> [[Atom]] {
    budget -= 1
    guard budget > 0 else { return [Array(atoms)] }
    var place = atoms.startIndex
    while place < atoms.endIndex {
      if atoms[place].isBare("{"), let (end, alternatives) = alternatives(atoms, from: place, &budget) {
        let tails = expand(atoms[(end + 1)...], &budget)
        let head = Array(atoms[..<place])
        var words: [[Atom]] = []
        for alternative in alternatives {
          for tail in tails {
            words.append(head + alternative + tail)
            if words.count > maximumWords { return words }
          }
        }
        return words
      }
      place += 1
    }
    return [Array(atoms)]
  }

  private static func alternatives(
    _ atoms: ArraySlice<Atom>, from start: Int, _ budget: inout Int
  ) -> (end: Int, words: [[Atom]])? {
    var level = 0
    var from = start + 1
    var pieces: [ArraySlice<Atom>] = []
    for place in start..<atoms.endIndex {
      if atoms[place].isBare("{") { level += 1 }
      if atoms[place].isBare(","), level == 1 {
        pieces.append(atoms[from..<place])
        from = place + 1
      }
      guard atoms[place].isBare("}") else { continue }
      level -= 1
      guard level == 0 else { continue }
      let last = atoms[from..<place]
      if pieces.isEmpty { return range(last).map { (place, $0) } }
      pieces.append(last)
      var words: [[Atom]] = []
      for piece in pieces { words += expand(piece, &budget) }
      return (place, words)
    }
    return nil
  }

  private static func range(_ atoms: ArraySlice<Atom>) -> [[Atom]]? {
    var text = ""
    for atom in atoms {
      guard case .character(let character, _) = atom else { return nil }
      text.append(character)
    }
    guard let dots = text.firstRange(of: "..") else { return nil }
    let (low, high) = (text[..<dots.lowerBound], text[dots.upperBound...])
    if let low = Int(low), let high = Int(high), abs(low) < 1 << 30, abs(high) < 1 << 30, abs(high - low) < maximumWords
    {
      let numbers = low <= high ? Array(low...high) : Array((high...low).reversed())
      return numbers.map { String($0).map { .character($0, quoted: true) } }
    }
    guard let from = low.utf8.first, let to = high.utf8.first, low.utf8.count == 1, high.utf8.count == 1 else {
      return nil
    }
    let letters = from <= to ? Array(from...to) : Array((to...from).reversed())
    guard letters.count <= maximumWords else { return nil }
    return letters.map { [.character(Character(UnicodeScalar($0)), quoted: true)] }
  }

  private static func joined(_ atoms: [Atom]) -> ShellWord {
    var parts: [WordPart] = []
    var text = ""
    var isQuoted = false
    func flush(_ parts: inout [WordPart]) {
      if !text.isEmpty { parts.append(.literal(text, quoted: isQuoted)) }
      text = ""
    }
    for atom in atoms {
      switch atom {
      case .character(let character, let quoted):
        if quoted != isQuoted { flush(&parts) }
        isQuoted = quoted
        text.append(character)
      case .part(let part):
        flush(&parts)
        parts.append(part)
      }
    }
    flush(&parts)
    return ShellWord(parts)
  }
}
