/// How the matches of a search are spread: over time, and over the values of fields.
///
/// Made from the newest matches, so that its cost has a bound; `isComplete` says whether these are all.
package struct SearchFacets: Codable, Equatable, Sendable {
  package struct Value: Codable, Equatable, Sendable {
    package var value: String
    package var count: Int

    package init(value: String, count: Int) {
      self.value = value
      self.count = count
    }
  }

  package struct Field: Codable, Equatable, Sendable {
    /// As a query writes it before the colon.
    package var field: String
    /// Most frequent first.
    package var values: [Value]

    package init(field: String, values: [Value]) {
      self.field = field
      self.values = values
    }
  }

  /// Matches looked at.
  package var examined: Int
  package var isComplete: Bool
  /// The time that `bars` divide evenly.
  package var from: Timestamp
  package var to: Timestamp
  /// Matches in each part of it, the oldest first.
  package var bars: [Int]
  package var fields: [Field]

  package init(examined: Int, isComplete: Bool, from: Timestamp, to: Timestamp, bars: [Int], fields: [Field]) {
    self.examined = examined
    self.isComplete = isComplete
    self.from = from
    self.to = to
    self.bars = bars
    self.fields = fields
  }

  enum CodingKeys: String, CodingKey {
    case examined
    case isComplete = "is_complete"
    case from, to, bars, fields
  }
}
