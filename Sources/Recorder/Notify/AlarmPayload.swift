import Foundation

/// What a channel is told when the log or its anchors are not as they should be.
struct AlarmPayload: Encodable, Sendable {
  /// One line that Slack and its like show as it is.
  var text: String
  var event = "integrity-alarm"
  var origin: String
  var detail: String

  init(origin: String, detail: String) {
    text = "Steno: \(origin): \(detail)"
    self.origin = origin
    self.detail = detail
  }

  var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    // Texts: encoding cannot fail.
    guard let data = try? encoder.encode(self) else { preconditionFailure("a payload that is not JSON") }
    return data
  }
}
