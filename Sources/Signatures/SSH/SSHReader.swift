/// Reads the fields of an SSH structure from bytes that nobody vouches for. Every length is bounded before anything is taken.
///
/// Source: RFC 4251, section 5.
package struct SSHReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: some Collection<UInt8>) {
    rest = ArraySlice(Array(bytes))
  }

  package var isAtEnd: Bool { rest.isEmpty }

  /// What has not been read.
  package var remaining: [UInt8] { Array(rest) }

  /// Takes a fixed text; `false`, taking nothing, where something else stands.
  package mutating func skip(_ magic: StaticString) -> Bool {
    let count = magic.utf8CodeUnitCount
    guard rest.count >= count,
      rest.prefix(count).elementsEqual(UnsafeBufferPointer(start: magic.utf8Start, count: count))
    else { return false }
    rest = rest.dropFirst(count)
    return true
  }

  package mutating func uint32() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  package mutating func byte() -> UInt8? {
    rest.popFirst()
  }

  /// - Parameter maximum: Longest content accepted, in bytes.
  package mutating func string(maximum: Int) -> [UInt8]? {
    guard let length = uint32(), length <= maximum, rest.count >= Int(length) else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }

  package mutating func text(maximum: Int) -> String? {
    string(maximum: maximum).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// A positive `mpint` in its one minimal form, sign byte included.
  package mutating func positive(maximum: Int) -> [UInt8]? {
    guard let number = string(maximum: maximum), let first = number.first, first < 0x80 else { return nil }
    if first == 0 { guard number.count > 1, number[1] >= 0x80 else { return nil } }
    return number
  }
}
