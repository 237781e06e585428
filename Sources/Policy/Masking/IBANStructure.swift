/// What stands behind an IBAN's first four characters, by country.
///
/// Source: the SWIFT IBAN registry, and for countries outside of it what their banks publish.
struct IBANStructure: Sendable {
  /// Characters of the whole number.
  let length: Int
  private let parts: [Part]

  private struct Part: Sendable {
    let end: Int
    /// `n` digits, `a` letters, `c` either.
    let form: UInt8
  }

  /// Whether an upper-case letter or a digit may stand at this place behind the check digits.
  func allows(_ byte: UInt8, at place: Int) -> Bool {
    for part in parts where place < part.end {
      switch part.form {
      case UInt8(ascii: "n"): return byte.isASCIIDigit
      case UInt8(ascii: "a"): return byte.isASCIIUppercase
      case _: return true
      }
    }
    return false
  }

  /// The structure of the country with these two upper-case letters.
  static func of(_ first: UInt8, _ second: UInt8) -> IBANStructure? {
    guard first.isASCIIUppercase, second.isASCIIUppercase else { return nil }
    return table[Int(first - 65) * 26 + Int(second - 65)]
  }

  private static let table: [IBANStructure?] = {
    var table = [IBANStructure?](repeating: nil, count: 26 * 26)
    for word in registry.split(whereSeparator: \.isWhitespace) {
      let bytes = Array(word.utf8)
      var parts: [Part] = []
      var end = 0
      var number = 0
      for byte in bytes.dropFirst(2) {
        if byte.isASCIIDigit {
          number = number * 10 + byte.digitValue
        } else {
          end += number
          number = 0
          parts.append(Part(end: end, form: byte))
        }
      }
      table[Int(bytes[0] - 65) * 26 + Int(bytes[1] - 65)] = IBANStructure(length: end + 4, parts: parts)
    }
    return table
  }()

  private static let registry = """
    AD8n12c AE19n AL8n16c AO21n AT16n AZ4a20c BA16n BE12n BF2c22n BG4a6n8c BH4a14c BI23n BJ2c22n BR23n1a1c
    BY4c4n16c CF23n CG23n CH5n12c CI2a22n CM23n CR18n CV21n CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n DZ22n EE16n
    EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GA23n GB4a14n GE2a16n GI4a15c GL14n GQ23n GR7n16c GT24c GW2c19n
    HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IR22n IS22n IT1a10n12c JO4a4n18c KM23n KW4a22c KZ3n13c LB4n20c
    LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MA24n MC10n11c2n MD20c ME18n MG23n MK3n10c2n ML2c22n MN16n
    MR23n MT4a5n18c MU4a19n3a MZ21n NE2a22n NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c
    RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SN2a22n SO19n ST21n SV4a20n
    TD23n TG2a22n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c
    """
}
