/// The checksums that numbers of this kind carry.
enum CheckDigits {
  /// ISO/IEC 7812-1, annex B.
  static func luhn(_ digits: DigitRun, _ range: Range<Int>? = nil) -> Bool {
    let range = range ?? 0..<digits.count
    var sum = 0
    var doubled = false
    for index in range.reversed() {
      var digit = digits[index]
      if doubled {
        digit *= 2
        if digit > 9 { digit -= 9 }
      }
      sum += digit
      doubled.toggle()
    }
    return sum % 10 == 0
  }

  /// Verhoeff's, as Aadhaar numbers use it.
  static func verhoeff(_ digits: DigitRun) -> Bool {
    var check = 0
    for position in 0..<digits.count {
      let digit = digits[digits.count - 1 - position]
      check = product(check, permuted(digit, times: position % 8))
    }
    return check == 0
  }

  /// The product in the dihedral group of order ten.
  private static func product(_ a: Int, _ b: Int) -> Int {
    switch (a < 5, b < 5) {
    case (true, true): (a + b) % 5
    case (true, false): 5 + (a + b - 5) % 5
    case (false, true): 5 + (a - 5 - b + 5) % 5
    case (false, false): (a - b + 5) % 5
    }
  }

  private static func permuted(_ digit: Int, times: Int) -> Int {
    let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    return (0..<times).reduce(digit) { value, _ in permutation[value] }
  }

  /// ISO/IEC 7064, MOD 11,10.
  static func mod11And10(_ digits: DigitRun) -> Bool {
    var product = 10
    for index in 0..<(digits.count - 1) {
      var sum = (digits[index] + product) % 10
      if sum == 0 { sum = 10 }
      product = sum * 2 % 11
    }
    return (11 - product) % 10 == digits[digits.count - 1]
  }

  /// Whether day and month can be a date's. Years are not looked at: 29 February is always possible.
  static func isDate(month: Int, day: Int) -> Bool {
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: (1...31).contains(day)
    case 4, 6, 9, 11: (1...30).contains(day)
    case 2: (1...29).contains(day)
    case _: false
    }
  }
}
