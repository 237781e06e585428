/// A request whose rows the target's planner may estimate.
package struct EstimateRequest: Sendable, Equatable {
  /// One SELECT, INSERT, UPDATE, DELETE or MERGE.
  package var text: String
  /// Types of the parameters, 0 where unknown.
  package var types: [UInt32]
  /// Bound values in their text form.
  package var values: [String?]
  /// As the client set it when it connected; `nil` for the login's own.
  package var searchPath: String?
  /// Why it cannot be asked at all.
  package var unavailable: String?

  package init(
    text: String, types: [UInt32] = [], values: [String?] = [], searchPath: String? = nil, unavailable: String? = nil
  ) {
    self.text = text
    self.types = types
    self.values = values
    self.searchPath = searchPath
    self.unavailable = unavailable
  }
}
