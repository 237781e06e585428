/// Words in order of appearance, without repeats: the same bytes, not what Unicode calls equivalent, as rules compare them.
struct UniqueWords: Sendable {
  private(set) var words: [String] = []
  private var seen: Set<[UInt8]> = []

  mutating func add(_ word: String) {
    if words.count < 8 {
      if !words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) { words.append(word) }
      return
    }
    if seen.isEmpty { seen = Set(words.map { Array($0.utf8) }) }
    if seen.insert(Array(word.utf8)).inserted { words.append(word) }
  }
}
