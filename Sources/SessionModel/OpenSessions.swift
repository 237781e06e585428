// What a `heads` record's `text` part holds, so that a shell can read it: one line a session that is open,
//
//   open s-HEX16 COUNT HEX64    its entries so far, and the last one's leaf hash

/// The sessions that are open when a `heads` record is written, and how far each has come.
package enum OpenSessions {
  package static func line(_ session: SessionID, count: UInt64, head: LeafHash) -> String {
    "open \(session) \(count) \(head)\n"
  }

  /// How far a session has come; nil where the text does not list it, or is none.
  package static func find(_ session: SessionID, in text: [UInt8]) -> (count: UInt64, head: LeafHash)? {
    guard let whole = String(validating: text, as: UTF8.self) else { return nil }
    for line in whole.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 4, words[0] == "open", words[1] == session.description, let count = UInt64(words[2]),
        let bytes = Hexadecimal.decode(String(words[3])), bytes.count == 32
      else { continue }
      return (count, LeafHash(bytes: bytes))
    }
    return nil
  }
}
