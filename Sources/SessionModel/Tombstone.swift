// What a tombstone's `text` part holds, so that a shell can read it: ASCII lines in this order, each `key value\n`.
//
//   policy NAME        the policy that wants the bodies gone
//   keep SECONDS       how long it keeps them
//   run FIRST COUNT    records whose bodies are deleted, by journal index; ascending, at least one apart

/// Which records' bodies retention deletes, and by which policy.
package struct Tombstone: Equatable, Sendable {
  package struct Run: Equatable, Sendable {
    package var first: UInt64
    package var count: UInt64

    package init(first: UInt64, count: UInt64) {
      self.first = first
      self.count = count
    }

    package var end: UInt64 { first + count }
  }

  package var policy: String
  /// Seconds.
  package var keep: Int64
  package private(set) var runs: [Run]

  package init(policy: String, keep: Int64) {
    self.policy = policy
    self.keep = keep
    runs = []
  }

  package var count: UInt64 { runs.reduce(0) { $0 + $1.count } }
  package var first: UInt64 { runs.first?.first ?? 0 }

  /// - Precondition: `index` is behind all that were added before.
  package mutating func add(_ index: UInt64) {
    if let last = runs.indices.last, runs[last].end == index {
      runs[last].count += 1
    } else {
      precondition(runs.last.map { $0.end < index } ?? true, "a tombstone's records ascend")
      runs.append(Run(first: index, count: 1))
    }
  }

  package func contains(_ index: UInt64) -> Bool {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= index { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].first <= index
  }

  package var text: String {
    "policy \(policy)\nkeep \(keep)\n" + runs.map { "run \($0.first) \($0.count)\n" }.joined()
  }

  /// Reads what `text` writes; `nil` for anything else.
  package init?(text: [UInt8]) {
    guard text.last == UInt8(ascii: "\n"), let whole = String(validating: text, as: UTF8.self) else { return nil }
    let lines = whole.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 2, lines[0].hasPrefix("policy "), lines[1].hasPrefix("keep "),
      let keep = Int64(lines[1].dropFirst(5)), keep >= 0
    else { return nil }
    policy = String(lines[0].dropFirst(7))
    self.keep = keep
    runs = []
    for line in lines.dropFirst(2) {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "run", let first = UInt64(words[1]), let count = UInt64(words[2]), count > 0,
        !first.addingReportingOverflow(count).overflow, runs.last.map({ $0.end < first }) ?? true
      else { return nil }
      runs.append(Run(first: first, count: count))
    }
    guard Array(self.text.utf8) == text else { return nil }
  }
}

/// What stays known of the steps whose bodies a tombstone deletes: nothing that was captured.
package struct TombstoneMeta: Codable, Equatable, Sendable {
  package var policy: String
  package var steps: [Step]

  package struct Step: Codable, Equatable, Sendable {
    /// Journal index of the request's record.
    package var index: UInt64
    package var step: Int
    package var statementClass: StatementClass
    package var risk: Risk
    package var verdict: Verdict
    package var rule: String

    package init(
      index: UInt64, step: Int, statementClass: StatementClass, risk: Risk, verdict: Verdict, rule: String
    ) {
      self.index = index
      self.step = step
      self.statementClass = statementClass
      self.risk = risk
      self.verdict = verdict
      self.rule = rule
    }

    enum CodingKeys: String, CodingKey {
      case index = "i"
      case step = "n"
      case statementClass = "c"
      case risk = "k"
      case verdict = "v"
      case rule = "r"
    }
  }

  package init(policy: String, steps: [Step]) {
    self.policy = policy
    self.steps = steps
  }
}
