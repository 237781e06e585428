import Foundation
import SessionModel

/// Reads the JSON that the index keeps as the gateway wrote it.
enum StepMeta {
  static func decode(_ json: Data) throws -> RequestMeta {
    try JSONDecoder().decode(RequestMeta.self, from: json)
  }

  static func decodeStart(_ json: Data) throws -> SessionStart {
    try JSONDecoder().decode(SessionStart.self, from: json)
  }
}
