/// Writes the fields of an SSH structure.
///
/// Source: RFC 4251, section 5.
package struct SSHWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(raw: some Sequence<UInt8>) {
    bytes += raw
  }

  package mutating func write(_ number: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  /// - Precondition: under 4 GiB.
  package mutating func write(_ content: some Collection<UInt8>) {
    write(UInt32(content.count))
    bytes += content
  }

  package mutating func write(_ text: String) {
    write(Array(text.utf8))
  }
}
