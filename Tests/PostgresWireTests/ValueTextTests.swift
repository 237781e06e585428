import PostgresWire
import Testing

@Suite("Written forms of binary values")
struct ValueTextTests {
  @Test(
    "A binary value is written as psql would",
    arguments: [
      (PostgresType.bool, [1], "t"), (PostgresType.int2, [0xFF, 0xFF], "-1"), (PostgresType.int4, [0, 0, 1, 0], "256"),
      (PostgresType.float8, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0], "1.5"), (PostgresType.bytea, [0xDE, 0xAD], "\\xdead"),
      (PostgresType.numeric, [0, 2, 0, 0, 0, 0, 0, 2, 0, 12, 0x0D, 0x48], "12.34"),
      (PostgresType.numeric, [0, 1, 0xFF, 0xFF, 0x40, 0, 0, 2, 0x13, 0x88], "-0.50"),
      (PostgresType.date, [0, 0, 0, 0], "2000-01-01"), (PostgresType.date, [0xFF, 0xFF, 0xFF, 0xFF], "1999-12-31"),
      (PostgresType.timestamp, [0, 0, 0, 0, 0, 0x0F, 0x42, 0x40], "2000-01-01 00:00:01"),
      (PostgresType.timestamp, [UInt8](repeating: 0xFF, count: 8), "1999-12-31 23:59:59.999999"),
      (PostgresType.jsonb, [1, 0x7B, 0x7D], "{}"),
      (PostgresType.uuid, Array(0...15), "00010203-0405-0607-0809-0a0b0c0d0e0f"),
      (
        1007,
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF],
        "{7,NULL}"
      ),
    ] as [(UInt32, [UInt8], String)])
  func writes(_ type: UInt32, _ bytes: [UInt8], _ expected: String) {
    #expect(bytes.withUnsafeBytes { ValueText.binary($0, type: type) } == expected)
  }

  @Test("Bytes that are not of their type are hexadecimal, and no bytes crash", arguments: 0..<500)
  func hostile(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    let bytes = (0..<Int(seed % 40)).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt8(truncatingIfNeeded: state >> 40) & (seed % 3 == 0 ? 0xFF : 0x03)
    }
    for type in Array(PostgresType.elements.keys) + Array(PostgresType.elements.values) {
      let cell = bytes.withUnsafeBytes { ValueText.decode($0, type: type, format: 1) }
      #expect(cell != .null)
    }
  }

  @Test("A reader drip-fed its records gives the same items as one fed at once")
  func dripFed() {
    let bytes: [UInt8] =
      [84, 0, 0, 0, 26, 0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 0, 0, 0, 0, 0, 1]
      + [68, 0, 0, 0, 14, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9] + [67, 0, 0, 0, 13] + Array("SELECT 1".utf8) + [0]
      + [90, 0, 0, 0, 5, 73]
    let whole = Array(ResponseReader(bytes))
    var reader = ResponseReader()
    var items: [ResponseItem] = []
    for byte in bytes {
      reader.append([byte])
      while let item = reader.next() { items.append(item) }
    }
    #expect(items == whole)
    #expect(whole.count == 4)
    #expect(whole[1] == .row([.text("9")]))
    #expect(whole[3] == .ready(transaction: "idle"))
  }
}
