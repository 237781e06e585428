import Foundation

/// A recorded conversation: what the client and the server said, read by read, in order.
struct Transcript: Sendable {
  var reads: [(isClient: Bool, bytes: [UInt8])] = []

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures/transcripts")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".transcript") }.map { String($0.dropLast(11)) }.sorted()

  /// What was said behind the login, without the goodbye.
  init(_ name: String) throws {
    let bytes = [UInt8](
      try Data(contentsOf: Transcript.folder.appendingPathComponent(name + ".transcript")))
    var at = 0
    var startup = 0
    var isLoggedIn = false
    while at + 5 <= bytes.count {
      let length = bytes[(at + 1)..<(at + 5)].reduce(0) { $0 << 8 | Int($1) }
      var read = Array(bytes[(at + 5)..<(at + 5 + length)])
      let isClient = bytes[at] == UInt8(ascii: "C")
      at += 5 + length
      if isClient, startup == 0 {
        startup = read.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        read.removeFirst(startup)
      } else if !isClient, !isLoggedIn {
        var place = 0
        while place + 5 <= read.count, !isLoggedIn {
          isLoggedIn = read[place] == UInt8(ascii: "Z")
          place += 1 + read[(place + 1)..<(place + 5)].reduce(0) { $0 << 8 | Int($1) }
        }
        read.removeFirst(place)
      }
      if !read.isEmpty { reads.append((isClient, read)) }
    }
    let goodbye: [UInt8] = [UInt8(ascii: "X"), 0, 0, 0, 4]
    if let last = reads.lastIndex(where: \.isClient), reads[last].bytes.suffix(5) == goodbye[...] {
      reads[last].bytes.removeLast(5)
    }
    reads.removeAll(where: \.bytes.isEmpty)
  }

  func said(byClient isClient: Bool) -> [UInt8] { reads.filter { $0.isClient == isClient }.flatMap(\.bytes) }
}
