/// How far back the trends of the signals go.
enum TrendRange: String, CaseIterable, Sendable {
  case day = "24h"
  case week = "7d"
  case month = "30d"

  var words: String {
    switch self {
    case .day: "last 24 h"
    case .week: "last 7 d"
    case .month: "last 30 d"
    }
  }

  /// The queries whose matches are counted over time.
  var held: String { "verdict:hold after:-\(rawValue)" }
  var masked: String { "verdict:mask after:-\(rawValue)" }
  var queries: [String] { [held, masked] }
}
