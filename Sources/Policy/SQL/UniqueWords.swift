/// Words in order of appearance, without repeats.
struct UniqueWords: Sendable {
  private(set) var words: [String] = []
  private var seen: Set<String> = []

  mutating func add(_ word: String) {
    if words.count < 8 {
      if !words.contains(word) { words.append(word) }
      return
    }
    if seen.isEmpty { seen = Set(words) }
    if seen.insert(word).inserted { words.append(word) }
  }
}
