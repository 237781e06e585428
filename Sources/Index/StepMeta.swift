import Foundation
import SessionModel

/// Reads the JSON that the index keeps, as the gateway wrote it or as it was made here.
enum StepMeta {
  /// Keys in order: the same value is the same bytes, so that an index made anew is the same.
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  static func decode(_ json: Data) throws -> RequestMeta {
    if let meta = json.withUnsafeBytes({ RequestMeta(scanning: $0) }) { return meta }
    return try JSONDecoder().decode(RequestMeta.self, from: json)
  }

  static func decodeStart(_ json: Data) throws -> SessionStart {
    try JSONDecoder().decode(SessionStart.self, from: json)
  }
}
