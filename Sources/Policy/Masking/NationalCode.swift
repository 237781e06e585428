/// The forms of national numbers with letters. Each gives the end of the number that begins at `start`, or `nil`.
enum NationalCode {
  /// Reads `count` digits as a number.
  private static func digits(_ text: ByteView, _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for index in start..<start + count {
      guard text[index].isASCIIDigit else { return nil }
      value = value * 10 + text[index].digitValue
    }
    return value
  }

  private static func letter(_ alphabet: StaticString, _ index: Int) -> UInt8 {
    index >= 0 && index < alphabet.utf8CodeUnitCount ? alphabet.utf8Start[index] : 0
  }

  private static func has(_ alphabet: StaticString, _ byte: UInt8) -> Bool {
    (0..<alphabet.utf8CodeUnitCount).contains { alphabet.utf8Start[$0] == byte }
  }

  private static let spanishLetters: StaticString = "TRWAGMYFPDXBNJZSQVHLCKE"

  /// Spain: seven or eight digits and a letter, modulo 23.
  static func spanishNIF(_ text: ByteView, _ start: Int) -> Int? {
    var end = start
    while text[end].isASCIIDigit, end - start < 9 { end += 1 }
    guard (7...8).contains(end - start), let number = digits(text, start, end - start) else { return nil }
    if text[end] == UInt8(ascii: "-") { end += 1 }
    return text[end].asciiUppercased == letter(spanishLetters, number % 23) ? end + 1 : nil
  }

  /// Spain, foreigners: X, Y or Z for 0, 1 or 2, seven digits and a letter.
  static func spanishNIE(_ text: ByteView, _ start: Int) -> Int? {
    let lead = text[start].asciiUppercased
    guard lead >= UInt8(ascii: "X"), lead <= UInt8(ascii: "Z") else { return nil }
    let begin = text[start + 1] == UInt8(ascii: "-") ? start + 2 : start + 1
    guard let tail = digits(text, begin, 7) else { return nil }
    let end = text[begin + 7] == UInt8(ascii: "-") ? begin + 8 : begin + 7
    let number = Int(lead - UInt8(ascii: "X")) * 10_000_000 + tail
    return text[end].asciiUppercased == letter(spanishLetters, number % 23) ? end + 1 : nil
  }

  /// Finland: a date, a sign for the century, three digits and a check character, modulo 31.
  static func finnish(_ text: ByteView, _ start: Int) -> Int? {
    guard let date = digits(text, start, 6), has("+-ABCDEFYXWVU", text[start + 6].asciiUppercased),
      let serial = digits(text, start + 7, 3), serial >= 2,
      CheckDigits.isDate(month: date / 100 % 100, day: date / 10_000)
    else { return nil }
    let check = letter("0123456789ABCDEFHJKLMNPRSTUVWXY", (date * 1000 + serial) % 31)
    return text[start + 10].asciiUppercased == check ? start + 11 : nil
  }

  /// India, tax: five letters, the fourth a kind of holder, four digits, a letter.
  static func indianPAN(_ text: ByteView, _ start: Int) -> Int? {
    for index in start..<start + 5 where !text[index].isASCIILetter { return nil }
    guard has("ABCFGHJKLPST", text[start + 3].asciiUppercased),
      digits(text, start + 5, 4) != nil, text[start + 9].isASCIILetter
    else { return nil }
    return start + 10
  }

  /// Italy: six letters, a date, a municipality and a check letter.
  static func italianFiscal(_ text: ByteView, _ start: Int) -> Int? {
    let odd: [Int] = [
      1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ]
    var sum = 0
    for place in 0..<15 {
      let byte = text[start + place].asciiUppercased
      let isDigit = byte.isASCIIDigit
      // A digit may be written as a letter where two people would have the same code.
      let mayBeDigit = [6, 7, 9, 10, 12, 13, 14].contains(place)
      guard byte.isASCIIAlphanumeric, !isDigit || mayBeDigit else { return nil }
      if mayBeDigit, !isDigit, !has("LMNPQRSTUV", byte) { return nil }
      if place == 8, !has("ABCDEHLMPRST", byte) { return nil }
      let value = isDigit ? byte.digitValue : Int(byte) - 65
      sum += place.isMultiple(of: 2) ? odd[value] : value
    }
    let check = text[start + 15].asciiUppercased
    return check.isASCIIUppercase && Int(check) - 65 == sum % 26 ? start + 16 : nil
  }

  /// Singapore: a letter, seven digits, a check letter.
  static func singaporean(_ text: ByteView, _ start: Int) -> Int? {
    let lead = text[start].asciiUppercased
    guard has("STFGMA", lead), digits(text, start + 1, 7) != nil, text[start + 8].isASCIILetter else { return nil }
    return start + 9
  }

  /// United Kingdom: two letters, six digits, A to D; with single spaces or without.
  static func britishInsurance(_ text: ByteView, _ start: Int) -> Int? {
    let first = text[start].asciiUppercased
    let second = text[start + 1].asciiUppercased
    guard first.isASCIIUppercase, second.isASCIIUppercase, !has("DFIQUV", first), !has("DFIOQUV", second),
      !isReserved(first, second)
    else { return nil }
    var at = start + 2
    for _ in 0..<3 {
      if text[at] == UInt8(ascii: " ") { at += 1 }
      guard text[at].isASCIIDigit, text[at + 1].isASCIIDigit else { return nil }
      at += 2
    }
    if text[at] == UInt8(ascii: " ") { at += 1 }
    return has("ABCD", text[at].asciiUppercased) ? at + 1 : nil
  }

  private static func isReserved(_ first: UInt8, _ second: UInt8) -> Bool {
    let pairs: [StaticString] = ["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"]
    return pairs.contains { $0.utf8Start[0] == first && $0.utf8Start[1] == second }
  }
}
