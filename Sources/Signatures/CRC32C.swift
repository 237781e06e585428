import COpenSSL

/// CRC-32C (Castagnoli): tells damage by accident from a whole frame. It says nothing against an attacker.
///
/// Source: RFC 3720, section 12.1 and appendix B.4.
package enum CRC32C {
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    checksum(bytes, after: 0)
  }

  /// The checksum of what `earlier` covers, followed by `bytes`.
  package static func checksum(_ bytes: UnsafeRawBufferPointer, after earlier: UInt32) -> UInt32 {
    if inHardware { return ~steno_crc32c(~earlier, bytes.baseAddress, bytes.count) }
    return inSoftware(bytes, after: earlier)
  }

  private static let inHardware = steno_crc32c_available() == 1

  /// Eight bytes a step through eight tables, for processors without the instruction.
  static func inSoftware(_ bytes: UnsafeRawBufferPointer, after earlier: UInt32) -> UInt32 {
    var state = ~earlier
    var offset = 0
    tables.withUnsafeBufferPointer { table in
      while bytes.count - offset >= 8 {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(state)
        var next: UInt32 = 0
        for step in 0..<8 {
          next ^= table[(7 - step) * 256 + Int(truncatingIfNeeded: word >> UInt64(8 * step) & 0xff)]
        }
        state = next
        offset += 8
      }
      while offset < bytes.count {
        state = state >> 8 ^ table[Int((state ^ UInt32(bytes[offset])) & 0xff)]
        offset += 1
      }
    }
    return ~state
  }

  /// Table 0 carries the register over one byte; table n over n zero bytes more.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
      tables[byte] = value
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let before = tables[(table - 1) * 256 + byte]
        tables[table * 256 + byte] = before >> 8 ^ tables[Int(before & 0xff)]
      }
    }
    return tables
  }()
}
