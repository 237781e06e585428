/// Which national number some digits are.
enum NationalNumber {
  static func kind(_ digits: DigitRun, _ shape: NumberShape, _ kinds: DetectorSet) -> DetectorKind? {
    for kind in candidates(digits.count) where kinds.has(kind) && isValid(kind, digits, shape) { return kind }
    return nil
  }

  private static func candidates(_ count: Int) -> [DetectorKind] {
    switch count {
    case 9: [.caSIN, .auTFN]
    case 10: [.ukNHS, .sePersonnummer]
    case 11: [.trNationalID, .plPESEL, .deTaxID, .brCPF]
    case 12: [.sePersonnummer, .inAadhaar]
    case 13: [.krRRN, .zaID, .thTNIN]
    case _: []
    }
  }

  private static func isValid(_ kind: DetectorKind, _ digits: DigitRun, _ shape: NumberShape) -> Bool {
    switch kind {
    case .caSIN: isSocialInsurance(digits, shape)
    case .auTFN: isTaxFile(digits, shape)
    case .ukNHS: isHealthService(digits, shape)
    case .sePersonnummer: isPersonnummer(digits, shape)
    case .trNationalID: isTurkish(digits, shape)
    case .plPESEL: isPESEL(digits, shape)
    case .deTaxID: isGermanTax(digits, shape)
    case .brCPF: isCPF(digits, shape)
    case .inAadhaar: isAadhaar(digits, shape)
    case .krRRN: isKorean(digits, shape)
    case .zaID: isSouthAfrican(digits, shape)
    case .thTNIN: isThai(digits, shape)
    case .email, .phone, .paymentCard, .iban, .usSSN, .usITIN, .ip, .secret, .esNIE, .esNIF, .fiIdentityCode, .inPAN,
      .itFiscalCode, .sgFIN, .ukNINO:
      false
    }
  }

  /// Canada: Luhn; 0 and 8 begin none.
  private static func isSocialInsurance(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(3, 3, 3), digits[0] != 0, digits[0] != 8 else { return false }
    return CheckDigits.luhn(digits)
  }

  /// Australia: weights 1 4 3 7 5 8 6 9 10, modulo 11.
  private static func isTaxFile(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(3, 3, 3) else { return false }
    return digits.weighted([1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
  }

  /// United Kingdom: weights 10 to 2, modulo 11.
  private static func isHealthService(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(3, 3, 4) else { return false }
    return digits.weighted([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
  }

  /// Sweden: a date and Luhn over the last ten; the day may be 60 higher (a coordination number).
  private static func isPersonnummer(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    let date = digits.count == 12 ? 2 : 0
    guard shape.isOneRun || shape.isGrouped(6, 4) || shape.isGrouped(8, 4) else { return false }
    if digits.count == 12, !(18...21).contains(digits.number(0..<2)) { return false }
    let day = digits.number(date + 4..<date + 6)
    guard CheckDigits.isDate(month: digits.number(date + 2..<date + 4), day: day > 60 ? day - 60 : day) else {
      return false
    }
    return CheckDigits.luhn(digits, date..<digits.count)
  }

  /// Turkey: the tenth and the eleventh digit check the others.
  private static func isTurkish(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun, digits[0] != 0 else { return false }
    let odd = digits[0] + digits[2] + digits[4] + digits[6] + digits[8]
    let even = digits[1] + digits[3] + digits[5] + digits[7]
    guard (odd * 7 - even + 100) % 10 == digits[9] else { return false }
    return (odd + even + digits[9]) % 10 == digits[10]
  }

  /// Poland: a date whose month carries the century, weights 1 3 7 9.
  private static func isPESEL(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun, CheckDigits.isDate(month: digits.number(2..<4) % 20, day: digits.number(4..<6)) else {
      return false
    }
    return digits.weighted([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0
  }

  /// Germany: ISO 7064 MOD 11,10, and no digit more than three times among the first ten.
  private static func isGermanTax(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(2, 3, 3, 3), digits[0] != 0 else { return false }
    for digit in 0...9 where (0..<10).count(where: { digits[$0] == digit }) > 3 { return false }
    return CheckDigits.mod11And10(digits)
  }

  /// Brazil: two check digits modulo 11.
  private static func isCPF(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(3, 3, 3, 2) else { return false }
    let first = digits.weighted([10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
    let second = digits.weighted([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
    return first == digits[9] && second == digits[10]
  }

  /// India: Verhoeff; 0 and 1 begin none.
  private static func isAadhaar(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(4, 4, 4), digits[0] >= 2 else { return false }
    return CheckDigits.verhoeff(digits)
  }

  /// Korea: a date, then 1 to 4 for people born there; the old check digit no longer holds for new numbers.
  private static func isKorean(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(6, 7), (1...4).contains(digits[6]) else { return false }
    guard CheckDigits.isDate(month: digits.number(2..<4), day: digits.number(4..<6)) else { return false }
    if shape.isGrouped(6, 7) { return shape.separator == UInt8(ascii: "-") }
    return (11 - digits.weighted([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == digits[12]
  }

  /// South Africa: a date, 0 or 1 for citizenship, Luhn.
  private static func isSouthAfrican(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(6, 4, 3), digits[10] <= 2 else { return false }
    guard CheckDigits.isDate(month: digits.number(2..<4), day: digits.number(4..<6)) else { return false }
    return CheckDigits.luhn(digits)
  }

  /// Thailand: weights 13 to 2, modulo 11; the second and third digit name a province.
  private static func isThai(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    guard shape.isOneRun || shape.isGrouped(1, 4, 5, 2, 1), (1...8).contains(digits[0]) else { return false }
    switch digits.number(1..<3) {
    case 10...27, 30...58, 60...67, 70...77, 80...86, 90...96: break
    case _: return false
    }
    let sum = digits.weighted([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    return (11 - sum % 11) % 10 == digits[12]
  }
}
