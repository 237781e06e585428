import Testing

@testable import Policy

@Suite("Sensitive values in a text")
struct SensitiveScannerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var found: [String]

    init(_ text: String, _ found: String...) {
      self.text = text
      self.found = found
    }

    var testDescription: String { text }
  }

  private func found(_ text: String, _ kinds: DetectorSet = .all) -> [String] {
    var scanner = SensitiveScanner(kinds)
    let bytes = Array(text.utf8)
    return scanner.scan(text).map { "\($0.kind.rawValue)=\(String(decoding: bytes[$0.range], as: UTF8.self))" }
  }

  @Test(
    "Cards need an issuer, its length and Luhn's checksum",
    arguments: [
      Case("4111 1111 1111 1111", "payment_card=4111 1111 1111 1111"),
      Case("visa:4012-8888-8888-1881.", "payment_card=4012-8888-8888-1881"),
      Case("amex 3714 496353 98431", "payment_card=3714 496353 98431"),
      Case("卡号4111111111111111。", "payment_card=4111111111111111"),
      Case("4111\u{A0}1111\u{A0}1111\u{A0}1111", "payment_card=4111\u{A0}1111\u{A0}1111\u{A0}1111"),
      Case("4111111111111112"), Case("0.4111111111111111"), Case("a4111111111111111"), Case("4111111111111111f"),
      Case("9111111111111111"), Case("0000000000000000"),
    ])
  func cards(_ example: Case) {
    #expect(found(example.text, DetectorSet([.paymentCard])) == example.found)
  }

  @Test(
    "IBANs need their country's length and structure, and the checksum",
    arguments: [
      Case("AL47 2121 1009 0000 0002 3569 8741", "iban=AL47 2121 1009 0000 0002 3569 8741"),
      Case("to vg96VPVG0000012345678901 in", "iban=vg96VPVG0000012345678901"),
      Case("NO9386011117947", "iban=NO9386011117947"),
      Case("MT84MALT011000012345MTLCAST001S", "iban=MT84MALT011000012345MTLCAST001S"),
      Case("DE89-3704-0044-0532-0130-00", "iban=DE89-3704-0044-0532-0130-00"),
      Case(
        "GB82WEST12345698765432 FR1420041010050500013M02606", "iban=GB82WEST12345698765432",
        "iban=FR1420041010050500013M02606"),
      Case("GB82WEST12345698765433"), Case("AL47 212A 1009 0000 0002 3569 8741"), Case("GB82WEST123456987654320"),
      Case("XX82WEST12345698765432"), Case("GB82WEST1234569876543"),
    ])
  func ibans(_ example: Case) {
    #expect(found(example.text, DetectorSet([.iban])) == example.found)
  }

  @Test(
    "Social security numbers need a valid area, group and serial",
    arguments: [
      Case("078-05-1123", "us_ssn=078-05-1123"), Case("078 05 1123 abc", "us_ssn=078 05 1123"),
      Case("078051121", "us_ssn=078051121"), Case("SSN 078051121", "us_ssn=078051121"),
      Case("078-051121 07805-1121", "us_ssn=078-051121", "us_ssn=07805-1121"),
      Case("911-53-1234", "us_itin=911-53-1234"),
      Case("order 078051121"), Case("zip 12345-6789"), Case("000-12-3456"), Case("666-12-3456"), Case("078-00-1123"),
      Case("078-05-0000"), Case("693-09.4444"), Case("078-05-1120"), Case("911-89-1234"), Case("1078-05-1123"),
      Case("078-05-1123-4"),
    ])
  func socialSecurity(_ example: Case) {
    #expect(found(example.text, DetectorSet([.usSSN, .usITIN])) == example.found)
  }

  @Test(
    "E-mail addresses end where their domain ends",
    arguments: [
      Case("<info@example.org>, x", "email=info@example.org"),
      Case("o'brien+tag@mail.example.co.uk.", "email=o'brien+tag@mail.example.co.uk"),
      Case("\"a.b@c.io\"", "email=a.b@c.io"), Case("info@example."), Case("@example.org"), Case("a@b"),
      Case("почта@пример.рф", "email=почта@пример.рф"),
      Case("user@xn--80ak6aa92e.com", "email=user@xn--80ak6aa92e.com"),
      Case("x@1.2.3.4"), Case("a@b@c.de", "email=b@c.de"), Case("pg://u:pw@db.example.org/x"),
    ])
  func emails(_ example: Case) {
    #expect(found(example.text, DetectorSet([.email])) == example.found)
  }

  @Test(
    "Secrets are told by their form, or by the name in front of them",
    arguments: [
      Case("postgresql://app:hunter2@db:5432/x", "secret=hunter2"),
      Case("redis://:p%40ss@h", "secret=p%40ss"),
      Case("key AKIAIOSFODNN7EXAMPLE!", "secret=AKIAIOSFODNN7EXAMPLE"),
      Case("ghp_0123456789abcdefghijABCDEFGHIJ012345", "secret=ghp_0123456789abcdefghijABCDEFGHIJ012345"),
      Case(
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "secret=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"),
      Case(
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\nx",
        "secret=-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"),
      Case("-----BEGIN RSA PRIVATE KEY-----\nMIIB", "secret=-----BEGIN RSA PRIVATE KEY-----\nMIIB"),
      Case("password=correct horse", "secret=correct"), Case("{\"password\": \"a b c\"}", "secret=a b c"),
      Case("DB_PASSWORD='s3'"), Case("DB_PASSWORD='s3cr'", "secret=s3cr"),
      Case("api_key: f3a9c1d8e7b24056a9", "secret=f3a9c1d8e7b24056a9"),
      Case("Authorization: Bearer f3a9c1d8e7b24056a9zz", "secret=f3a9c1d8e7b24056a9zz"),
      Case("md5d41d8cd98f00b204e9800998ecf8427e", "secret=md5d41d8cd98f00b204e9800998ecf8427e"),
      Case("password: must be long"), Case("token: expired"), Case("secret=$API_SECRET"),
      Case("http://example.org:80/a@b"),
      Case("-----BEGIN PUBLIC KEY-----\nMIIB"), Case("sk-this-is-a-long-name-without-any-number"),
    ])
  func secrets(_ example: Case) {
    #expect(found(example.text, DetectorSet([.secret])) == example.found)
  }

  @Test("Where two detectors overlap, the stronger names the value and all of it is covered")
  func overlaps() {
    #expect(found("GB82 WEST 1234 5698 7654 32") == ["iban=GB82 WEST 1234 5698 7654 32"])
    #expect(found("4111 1111 1111 1111") == ["payment_card=4111 1111 1111 1111"])
    #expect(found("130692544") == ["ca_sin=130692544"])
  }

  @Test("Only what is asked for is looked for")
  func onlyAsked() {
    #expect(found("a@b.cd 4111111111111111", DetectorSet([.email])) == ["email=a@b.cd"])
    #expect(found("a@b.cd", []) == [])
  }

  @Test("No text makes the scanner crash, or find what lies outside of it")
  func fuzz() {
    var random = SeededRandom(state: 20_260)
    let pieces = [
      "@", ".", "a", "4111 1111 ", "1", "-", "+", "(", ")", " ", "::", ":", "AL47", "eyJ", "sk-", "-----BEGIN ",
      "PRIVATE KEY-----", "password=", "\"", "'", "\\", "://", "$2b$", "é", "\u{A0}", "用", "078-05-1123", "xn--", "%",
      "/", "md5", "0", "ffff", "Bearer ", "ext", "\0",
    ]
    var scanner = SensitiveScanner(.all)
    for _ in 0..<4000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        bytes += Array(pieces.randomElement(using: &random)?.utf8 ?? "".utf8)
      }
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = bytes.withUnsafeBufferPointer { scanner.scan($0) }
      var end = 0
      for span in scanner.spans {
        #expect(span.range.lowerBound >= end && span.range.upperBound <= bytes.count && !span.range.isEmpty)
        end = span.range.upperBound
      }
    }
  }

  @Test(
    "Time grows with the text's length, whatever the text",
    arguments: [
      "a@", "1 ", "4", "sk-", "eyJ-", "token:", "a://b:/", "scram-sha-", "a:", "123-45-6789-", "4111 ", "password=\"",
      "-----BEGIN ", "+1(", "AL47 ",
    ])
  func linear(_ unit: String) {
    let clock = ContinuousClock()
    var scanner = SensitiveScanner(.all)
    func time(_ count: Int) -> Duration {
      let text = String(repeating: unit, count: count / unit.utf8.count)
      return (0..<3).map { _ in clock.measure { _ = scanner.scan(text) } }.min() ?? .zero
    }
    let short = time(4_000)
    let long = time(32_000)
    // Eight times the text: a square would be sixty-four.
    #expect(long < short * 30 + .milliseconds(20))
  }
}

/// SplitMix64: the same numbers each time.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
