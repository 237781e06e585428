/// Masks places within a JSON text.
///
/// Reads the text once, without building values. A key with an escape in it counts as the one that is looked for.
package struct JSONMasker {
  private let text: UnsafeBufferPointer<UInt8>
  private let paths: [[[UInt8]]]
  private let masker: ValueMasker
  private var at = 0
  private var copied = 0
  private var masked = 0
  private var output: [UInt8] = []

  private static let deepest = 64

  /// - Returns: The text with the values at the paths replaced by JSON strings, and how many were; `nil` where it is
  ///   not JSON of a depth of at most 64.
  package static func mask(
    _ text: UnsafeBufferPointer<UInt8>, paths: [[String]], _ masker: ValueMasker
  ) -> (text: [UInt8], masked: Int)? {
    var json = JSONMasker(text: text, paths: paths.map { $0.map { Array($0.utf8) } }, masker: masker)
    guard json.value(json.paths.indices.map { (path: $0, step: 0) }, depth: 0), json.skipSpace() == nil else {
      return nil
    }
    json.output.append(contentsOf: text[json.copied...])
    return (json.output, json.masked)
  }

  private init(text: UnsafeBufferPointer<UInt8>, paths: [[[UInt8]]], masker: ValueMasker) {
    self.text = text
    self.paths = paths
    self.masker = masker
  }

  private typealias Place = (path: Int, step: Int)

  /// The next byte that is no space; `nil` at the end.
  private mutating func skipSpace() -> UInt8? {
    while at < text.count {
      switch text[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      case let byte: return byte
      }
    }
    return nil
  }

  private mutating func value(_ places: [Place], depth: Int) -> Bool {
    guard depth <= JSONMasker.deepest, let byte = skipSpace() else { return false }
    let isWanted = places.contains { $0.step == paths[$0.path].count }
    let start = at
    let done: Bool
    switch byte {
    case UInt8(ascii: "{"): done = object(isWanted ? [] : places, depth)
    case UInt8(ascii: "["): done = array(isWanted ? [] : places, depth)
    case UInt8(ascii: "\""): done = string() != nil
    case _: done = scalar()
    }
    if done, isWanted { replace(start..<at) }
    return done
  }

  private mutating func object(_ places: [Place], _ depth: Int) -> Bool {
    at += 1
    if skipSpace() == UInt8(ascii: "}") {
      at += 1
      return true
    }
    while true {
      guard skipSpace() == UInt8(ascii: "\""), let key = string(), skipSpace() == UInt8(ascii: ":") else {
        return false
      }
      at += 1
      let inner = places.compactMap { place -> Place? in
        guard place.step < paths[place.path].count else { return nil }
        let wanted = paths[place.path][place.step]
        let isIt =
          wanted == [UInt8(ascii: "*")] || text[key].elementsEqual(wanted)
          || text[key].contains(UInt8(ascii: "\\"))
        return isIt ? (place.path, place.step + 1) : nil
      }
      guard value(inner, depth: depth + 1), let next = skipSpace() else { return false }
      at += 1
      if next == UInt8(ascii: "}") { return true }
      guard next == UInt8(ascii: ",") else { return false }
    }
  }

  private mutating func array(_ places: [Place], _ depth: Int) -> Bool {
    at += 1
    if skipSpace() == UInt8(ascii: "]") {
      at += 1
      return true
    }
    let starred = places.compactMap { place -> Place? in
      guard place.step < paths[place.path].count, paths[place.path][place.step] == [UInt8(ascii: "*")] else {
        return nil
      }
      return (place.path, place.step + 1)
    }
    while true {
      guard value(places + starred, depth: depth + 1), let next = skipSpace() else { return false }
      at += 1
      if next == UInt8(ascii: "]") { return true }
      guard next == UInt8(ascii: ",") else { return false }
    }
  }

  /// Reads a string; gives what is between its quotes.
  private mutating func string() -> Range<Int>? {
    at += 1
    let start = at
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\\"): at += 2
      case UInt8(ascii: "\""):
        at += 1
        return start..<at - 1
      case _: at += 1
      }
    }
    return nil
  }

  private mutating func scalar() -> Bool {
    let start = at
    while at < text.count {
      switch text[at] {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return at > start
      case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): return false
      case _: at += 1
      }
    }
    return at > start
  }

  private mutating func replace(_ range: Range<Int>) {
    let value = UnsafeBufferPointer(rebasing: text[range])
    // NULL gives nothing away, and is no value.
    if value.elementsEqual("null".utf8) { return }
    output.append(contentsOf: text[copied..<range.lowerBound])
    output.append(UInt8(ascii: "\""))
    var replacement: [UInt8] = []
    let inner = value.first == UInt8(ascii: "\"") ? UnsafeBufferPointer(rebasing: value[1..<value.count - 1]) : value
    masker.append(inner, kind: nil, to: &replacement)
    // A partial mask may have cut through an escape.
    output += replacement.filter { $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"") && $0 >= 0x20 }
    output.append(UInt8(ascii: "\""))
    copied = range.upperBound
    masked += 1
  }
}
