import Foundation
import NIOCore

/// JSON of the metas that come once a session. Those of every step are written by the adapters, without Foundation.
enum MetaEncoding {
  static func buffer(_ meta: some Encodable) -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The metas are plain structs of texts and numbers: encoding cannot fail.
    guard let data = try? encoder.encode(meta) else { preconditionFailure("a meta that is not JSON") }
    return ByteBuffer(bytes: data)
  }
}
