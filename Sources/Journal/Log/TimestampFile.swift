import Foundation
import Signatures

// `timestamps` keeps checkpoints with the tokens of a timestamp authority over them, oldest first.
//
//   stamp NOTE TOKEN\n    bytes of the note and of the token, in decimal
//   the note, then the token (DER of an RFC 3161 response)

/// Checkpoints that a timestamp authority has seen.
package struct TimestampFile: Sendable {
  package struct Stamp: Sendable, Equatable {
    /// The bytes of the signed note that the token is for.
    package var note: [UInt8]
    package var token: TimestampToken

    package init(note: [UInt8], token: TimestampToken) {
      self.note = note
      self.token = token
    }
  }

  private let path: String
  private static let sizeLimit = 1 << 30

  package init(store: String) {
    path = store + "/timestamps"
  }

  package func keep(_ stamp: Stamp) throws(LogFault) {
    let head = "stamp \(stamp.note.count) \(stamp.token.response.count)\n"
    try LogFile.append(Array(head.utf8) + stamp.note + stamp.token.response, to: path)
  }

  /// Stamps that were kept, oldest first, and the length of what a crash left behind the last whole one.
  /// - Throws: `.checkpoint` when there is something else in the file.
  package func history() throws(LogFault) -> (stamps: [Stamp], torn: Int) {
    guard let bytes = try LogFile.read(path, limit: Self.sizeLimit) else { return ([], 0) }
    var stamps: [Stamp] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = rest.prefix(32).firstIndex(of: UInt8(ascii: "\n")) else {
        guard rest.count < 32 else { throw Self.damaged }
        return (stamps, rest.count)
      }
      let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
      guard words.count == 3, words[0] == "stamp", let note = Int(words[1]), let token = Int(words[2]),
        (1...65_536).contains(note), (1...TimestampToken.limit).contains(token)
      else { throw Self.damaged }
      let start = end + 1
      guard rest.endIndex - start >= note + token else { return (stamps, rest.count) }
      guard let read = TimestampToken(response: Array(rest[(start + note)..<(start + note + token)])) else {
        throw Self.damaged
      }
      stamps.append(Stamp(note: Array(rest[start..<(start + note)]), token: read))
      rest = rest[(start + note + token)...]
    }
    return (stamps, 0)
  }

  /// Removes what a crash left of a stamp that was being written.
  package func cut(by bytes: Int) throws(LogFault) {
    var status = stat()
    guard stat(path, &status) == 0, truncate(path, status.st_size - off_t(bytes)) == 0 else {
      throw LogFault(.storage, "the log's file timestamps cannot be cut")
    }
  }

  private static let damaged = LogFault(.checkpoint, "the file timestamps is not a list of stamps")
}
