import Testing

@testable import Policy

/// Values of many countries, brands and providers, and what only looks like them.
@Suite("Detectors against the shipped table")
struct DetectorTableTests {
  struct Case: Decodable {
    var text: String
    /// The detector's name; none for a near-miss.
    var kind: String?
  }

  static let cases: [Case] = PolicyFixture.lines("sensitive.jsonl")

  @Test("Each value of the table has one find of its kind, and each near-miss none")
  func table() {
    #expect(Self.cases.count > 600)
    // Addresses of hosts are looked for where asked; versions and ranges look like them.
    let near = SensitiveScanner(DetectorSet(DetectorKind.allCases.filter { $0 != .ip }))
    for example in Self.cases {
      var scanner = example.kind == nil ? near : SensitiveScanner(.all)
      let found = scanner.scan(example.text).map(\.kind.rawValue)
      #expect(found == (example.kind.map { [$0] } ?? []), "\(example.text)")
    }
  }

  @Test(
    "Numbers in code, tables and logs are no telephone numbers and nobody's",
    arguments: [
      "0.99999905", "(27.234987, -14.230957)", "'(2020-01-02, 2021-02-03)'::daterange", "01/01/2000 17:32:01",
      "FROM -10 FOR 2147483646) AS x", "4 | 60 | 2450143 | 825552000", "-999900000", "653837887.33381570",
      "607426265866876128.15466179", "1.1754922e-38", "9 9 9 9 9 9 9 9 9 9", "if (1572992 >> 5)", "icon@2x.png",
      "self.password = password", "password: connection.password,", "token = Keyword.Type",
    ])
  func numbers(_ text: String) {
    var scanner = SensitiveScanner(DetectorSet(DetectorKind.allCases.filter { $0 != .ip }))
    #expect(scanner.scan(text).isEmpty)
  }

  @Test(
    "A number of North America is a telephone number, whatever its last digit happens to check",
    arguments: ["+1 415 555 2671", "my number is 415-555-2671, thanks", "415.555.2671"])
  func phones(_ text: String) {
    var scanner = SensitiveScanner(.all)
    #expect(scanner.scan(text).map(\.kind) == [.phone])
  }
}
