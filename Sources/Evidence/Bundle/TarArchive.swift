/// A tar archive of plain files: written so that equal contents make equal bytes, and read with strict limits.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format".
package struct TarArchive: Sendable {
  package struct File: Equatable, Sendable {
    /// At most 100 bytes.
    package var name: String
    package var bytes: [UInt8]
    package var isProgram: Bool

    package init(_ name: String, _ bytes: [UInt8], isProgram: Bool = false) {
      self.name = name
      self.bytes = bytes
      self.isProgram = isProgram
    }
  }

  package struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  private static let block = 512
  /// Largest file, in bytes: what eleven octal digits hold.
  package static let fileLimit = 1 << 33 - 1
  package static let fileCountLimit = 4 << 20

  /// Bytes of one file with its header.
  /// - Parameter time: Seconds since 1970, the same for all files.
  package static func encode(_ file: File, time: UInt64) -> [UInt8] {
    precondition(file.name.utf8.count <= 100 && file.bytes.count <= fileLimit, "a file does not fit the format")
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    put(file.name, at: 0)
    put(file.isProgram ? "0000755" : "0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(octal(UInt64(file.bytes.count), digits: 11), at: 124)
    put(octal(time, digits: 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(sum(header), digits: 6) + "\u{0} ", at: 148)
    let padding = (block - file.bytes.count % block) % block
    return header + file.bytes + [UInt8](repeating: 0, count: padding)
  }

  /// What stands behind the last file.
  package static let end = [UInt8](repeating: 0, count: 2 * block)

  /// Reads an archive as `encode` and stock tar write it: plain files and folders, the latter passed over.
  /// - Throws: for links, devices, names that lead out of the archive, names that come twice, and everything malformed.
  package static func decode(_ bytes: [UInt8]) throws(Malformed) -> [String: ArraySlice<UInt8>] {
    var files: [String: ArraySlice<UInt8>] = [:]
    var offset = 0
    while true {
      guard bytes.count - offset >= block else { throw Malformed(description: "the archive is cut short") }
      let header = bytes[offset..<(offset + block)]
      if header.allSatisfy({ $0 == 0 }) {
        guard bytes[offset...].allSatisfy({ $0 == 0 }) else {
          throw Malformed(description: "something stands behind the archive's end")
        }
        break
      }
      guard let stated = number(header, 148, 8), stated == sum(Array(header)), let size = number(header, 124, 12),
        size <= UInt64(fileLimit)
      else { throw Malformed(description: "a header of the archive does not check") }
      offset += block
      guard bytes.count - offset >= Int(size) else { throw Malformed(description: "the archive is cut short") }
      let name = try name(header)
      switch header[header.startIndex + 156] {
      case UInt8(ascii: "0"), 0:
        guard files.count < fileCountLimit, files[name] == nil else {
          throw Malformed(description: "the archive has a file twice")
        }
        files[name] = bytes[offset..<(offset + Int(size))]
      case UInt8(ascii: "5") where size == 0: break
      case _: throw Malformed(description: "the archive has something else than files")
      }
      offset += (Int(size) + block - 1) / block * block
      guard offset <= bytes.count else { throw Malformed(description: "the archive is cut short") }
    }
    return files
  }

  private static func name(_ header: ArraySlice<UInt8>) throws(Malformed) -> String {
    let raw = header.prefix(100).prefix { $0 != 0 }
    guard header[header.startIndex + 345] == 0, var name = String(validating: raw, as: UTF8.self) else {
      throw Malformed(description: "a file of the archive has no plain name")
    }
    if name.hasPrefix("./") { name.removeFirst(2) }
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw Malformed(description: "a file's name leads out of the archive")
    }
    return name
  }

  private static func number(_ header: ArraySlice<UInt8>, _ offset: Int, _ width: Int) -> UInt64? {
    let start = header.startIndex + offset
    let digits = header[start..<(start + width)].prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | UInt64($1 - 0x30) }
  }

  private static func sum(_ header: [UInt8]) -> UInt64 {
    header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : UInt64($1.element)) }
  }

  private static func octal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
