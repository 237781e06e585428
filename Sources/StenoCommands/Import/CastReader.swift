import Foundation
import SessionModel

/// Reads an asciicast, version 2 or 3, line by line.
///
/// Source: asciinema, "asciicast v2" and "asciicast v3". Times of version 2 count from the start, those of version 3 from the event before.
struct CastReader {
  struct Header: Equatable {
    var version: Int
    var columns: Int
    var rows: Int
    var recorded: Timestamp?
    /// Title, command, terminal type and the like: what the recording says of itself.
    var claims: [String: String]
  }

  struct Event: Equatable {
    enum Kind: Equatable {
      case output([UInt8])
      case input([UInt8])
      case resize(columns: Int, rows: Int)
      case marker(String)
      case exit(Int)
    }

    /// Microseconds since the start; never before the event before it.
    var at: Int64
    var kind: Kind
  }

  /// Longest recording: ten years, in microseconds.
  private static let longest = 10 * 366 * 86_400 * 1_000_000.0

  let header: Header
  /// Events that went back in time, and were put at the time of those before.
  private(set) var backwards = 0
  /// Events of kinds that the format does not know.
  private(set) var unknown = 0
  private var lines: ImportLines
  private var last: Int64 = 0

  /// - Throws: `ImportFault` when the first line is no header of a known version.
  init(_ bytes: [UInt8]) throws(ImportFault) {
    lines = ImportLines(bytes)
    guard let first = try lines.next(), let object = ImportFile.object(first) else {
      throw ImportFault(line: 1, reason: "no header of an asciicast")
    }
    let terminal = object["term"] as? [String: Any]
    guard let version = (object["version"] as? NSNumber)?.intValue, version == 2 || version == 3 else {
      throw ImportFault(line: 1, reason: "an asciicast of a version that is neither 2 nor 3: convert it with asciinema")
    }
    let sides = version == 2 ? (object["width"], object["height"]) : (terminal?["cols"], terminal?["rows"])
    guard let columns = (sides.0 as? NSNumber)?.intValue, let rows = (sides.1 as? NSNumber)?.intValue,
      (1...65_535).contains(columns), (1...65_535).contains(rows)
    else { throw ImportFault(line: 1, reason: "the header has no size of a terminal") }
    var claims: [String: String] = [:]
    for key in ["title", "command"] { claims[key] = CastReader.claim(object[key]) }
    claims["term"] = CastReader.claim(terminal?["type"])
    if let environment = object["env"] as? [String: Any] {
      for key in ["SHELL", "TERM"] {
        claims[key.lowercased()] = CastReader.claim(environment[key]) ?? claims[key.lowercased()]
      }
    }
    var recorded: Timestamp?
    if let seconds = (object["timestamp"] as? NSNumber)?.doubleValue, seconds >= 0, seconds < 32_503_680_000 {
      recorded = Timestamp(microseconds: Int64(seconds * 1_000_000))
    }
    header = Header(version: version, columns: columns, rows: rows, recorded: recorded, claims: claims)
  }

  private static func claim(_ value: Any?) -> String? {
    (value as? String).map { String(decoding: $0.utf8.prefix(1024), as: UTF8.self) }
  }

  /// Bytes of the file that have been read.
  var offset: Int { lines.offset }
  var line: Int { lines.number }

  /// The next event; nil at the end of the file.
  mutating func next() throws(ImportFault) -> Event? {
    while let line = try lines.next() {
      guard let start = line.first(where: { $0 != 32 && $0 != 9 }) else { continue }
      if header.version == 3, start == UInt8(ascii: "#") { continue }
      if let event = try event(line) { return event }
      unknown += 1
    }
    return nil
  }

  private mutating func event(_ line: ArraySlice<UInt8>) throws(ImportFault) -> Event? {
    func fault(_ reason: String) -> ImportFault { ImportFault(line: lines.number, reason: reason) }
    guard let list = (try? JSONSerialization.jsonObject(with: Data(line))) as? [Any], list.count == 3,
      let seconds = (list[0] as? NSNumber)?.doubleValue, let code = list[1] as? String, let text = list[2] as? String
    else { throw fault("not an event: a list of a time, a kind and a text") }
    guard seconds.isFinite, seconds >= 0 else { throw fault("a time that is no time") }
    var at = header.version == 2 ? seconds * 1_000_000 : Double(last) + seconds * 1_000_000
    guard at < CastReader.longest else { throw fault("a time beyond ten years") }
    if at < Double(last) {
      backwards += 1
      at = Double(last)
    }
    last = Int64(at.rounded())
    switch code {
    case "o": return Event(at: last, kind: .output(Array(text.utf8)))
    case "i": return Event(at: last, kind: .input(Array(text.utf8)))
    case "m": return Event(at: last, kind: .marker(text))
    case "r":
      let sides = text.split(separator: "x").map { Int($0) }
      guard sides.count == 2, let columns = sides[0], let rows = sides[1], (1...65_535).contains(columns),
        (1...65_535).contains(rows)
      else { throw fault("a size that is none") }
      return Event(at: last, kind: .resize(columns: columns, rows: rows))
    case "x":
      guard let status = Int(text), (0...255).contains(status) else { throw fault("an exit status that is none") }
      return Event(at: last, kind: .exit(status))
    case _: return nil
    }
  }
}
