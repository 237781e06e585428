/// Finds sensitive values in a text: all enabled detectors, and one answer where they overlap.
///
/// Takes time linear in the text's length, whatever the text. Keeps its scratch memory between texts and allocates
/// nothing for one without a find.
package struct SensitiveScanner: Sendable {
  package let kinds: DetectorSet
  /// What the last scan found: in order, none overlapping another.
  package private(set) var spans: [DetectedSpan] = []
  private var groups: [DigitGroup] = []

  package init(_ kinds: DetectorSet) {
    self.kinds = kinds
  }

  /// Scans UTF-8; bytes that are none are no part of a value.
  ///
  /// - Returns: Whether anything was found; `spans` then has it.
  package mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    spans.removeAll(keepingCapacity: true)
    let text = ByteView(bytes)
    guard text.count >= 2, !kinds.isEmpty else { return false }
    let features = TextFeatures(text)
    if features.hasAt, kinds.has(.email) { EmailDetector.find(text, &spans) }
    if features.longestRun >= 6 || features.colons > 0 || features.hasEquals, kinds.has(.secret) {
      SecretDetector.find(text, features, &spans)
    }
    if kinds.has(.ip), features.dots >= 3 || features.colons >= 2 { IPDetector.find(text, &spans) }
    // Only Finland's number may have no letter: `011182-6920`.
    if features.digits >= 4, features.letters >= 1 || features.digits >= 10 && features.longestRun >= 11 {
      if kinds.has(.iban), features.letters >= 2, text.count >= 15 { IBANDetector.find(text, &spans) }
      if !kinds.isDisjoint(with: .nationalCodes) { NationalCodeDetector.find(text, kinds, &spans) }
    }
    if features.digits >= 7 { scanNumbers(text, features) }
    guard spans.count > 1 else { return !spans.isEmpty }
    resolveOverlaps()
    return true
  }

  private mutating func scanNumbers(_ text: ByteView, _ features: TextFeatures) {
    let wantsLong = features.digits >= 9 && !kinds.isDisjoint(with: .longNumbers)
    guard wantsLong || kinds.has(.phone) else { return }
    DigitGroup.read(text, into: &groups)
    if features.digits >= 12, kinds.has(.paymentCard) { PaymentCardDetector.find(text, groups, &spans) }
    if features.digits >= 9 {
      if kinds.has(.usSSN) || kinds.has(.usITIN) {
        SocialSecurityDetector.find(text, groups, features, kinds, &spans)
      }
      if !kinds.isDisjoint(with: .nationalNumbers) {
        NationalNumberDetector.find(text, groups, features, kinds, &spans)
      }
    }
    if kinds.has(.phone) { PhoneDetector.find(text, groups, features, &spans) }
  }

  /// Of two that overlap the stronger names the value; what either covers stays covered.
  private mutating func resolveOverlaps() {
    spans.sort { ($0.range.lowerBound, $0.rank, $0.kind.bit) < ($1.range.lowerBound, $1.rank, $1.kind.bit) }
    var kept = 0
    for index in 1..<spans.count {
      let next = spans[index]
      let last = spans[kept]
      guard next.range.lowerBound < last.range.upperBound else {
        kept += 1
        spans[kept] = next
        continue
      }
      let union = last.range.lowerBound..<max(last.range.upperBound, next.range.upperBound)
      spans[kept] = next.rank < last.rank ? next : last
      spans[kept].range = union
    }
    spans.removeSubrange((kept + 1)...)
  }
}

extension DetectorSet {
  /// What is looked for among runs of digits, beside telephone numbers.
  static let longNumbers = DetectorSet([.paymentCard, .usSSN]).union(.nationalNumbers)
}

extension SensitiveScanner {
  /// As `scan`, for a text of its own.
  package mutating func scan(_ text: String) -> [DetectedSpan] {
    var text = text
    return text.withUTF8 { scan($0) } ? spans : []
  }
}
