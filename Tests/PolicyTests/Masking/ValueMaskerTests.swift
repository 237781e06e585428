import Testing

@testable import Policy

@Suite("What stands in a value's place")
struct ValueMaskerTests {
  private let key = MaskKey(Array("0123456789abcdef".utf8)) ?? .random()

  private func masked(_ value: String, _ style: MaskStyle, _ kind: DetectorKind? = nil) -> String {
    var value = value
    var output: [UInt8] = []
    value.withUTF8 { ValueMasker(style: style, key: key).append($0, kind: kind, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  @Test("Full hides the length unless it is kept")
  func full() {
    #expect(masked("4111111111114410", MaskStyle(.full)) == "••••")
    #expect(masked("Zoë", MaskStyle(.full, keepsLength: true)) == "•••")
    #expect(masked("", MaskStyle(.full, keepsLength: true)) == "")
  }

  @Test("Partial leaves four characters of long values, and an address's domain")
  func partial() {
    #expect(masked("4111111111114410", MaskStyle(.partial), .paymentCard) == "•••• 4410")
    #expect(masked("12345678", MaskStyle(.partial, keepsLength: true)) == "••••5678")
    #expect(masked("1234567", MaskStyle(.partial)) == "••••")
    #expect(masked("hunter2hunter2", MaskStyle(.partial), .secret) == "••••")
    #expect(masked("me@example.org", MaskStyle(.partial), .email) == "••••@example.org")
    #expect(masked("ééééééééé", MaskStyle(.partial)) == "•••• éééé")
  }

  @Test("Hashes are equal for equal values, and differ between keys")
  func hash() throws {
    // printf %s a@b.cd | openssl dgst -sha256 -hmac 0123456789abcdef
    #expect(masked("a@b.cd", MaskStyle(.hash)) == "hmac:b36282a169494441")
    let other = ValueMasker(style: MaskStyle(.hash), key: .random())
    #expect(
      other.masked("a@b.cd", [DetectedSpan(kind: .email, range: 0..<6, rank: 0)]) != masked("a@b.cd", MaskStyle(.hash)))
    #expect(MaskKey([1, 2, 3]) == nil)
  }

  @Test("Text around the spans stays as it is")
  func around() {
    var scanner = SensitiveScanner(.all)
    let text = "Ünï a@b.cd, 4111 1111 1111 1111!"
    let masker = ValueMasker(style: MaskStyle(.full), key: key)
    #expect(masker.masked(text, scanner.scan(text)) == "Ünï ••••, ••••!")
  }
}
