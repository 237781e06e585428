/// Which detectors run.
package struct DetectorSet: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package init(_ kinds: some Sequence<DetectorKind>) {
    rawValue = kinds.reduce(0) { $0 | $1.bit }
  }

  package static let all = DetectorSet(DetectorKind.allCases)

  /// Kinds whose finds are worth a rule: those that a number or a name by chance is seldom taken for.
  package static let telling = DetectorSet([.email, .phone, .paymentCard, .iban, .usSSN, .secret])

  @inline(__always)
  package func has(_ kind: DetectorKind) -> Bool {
    rawValue & kind.bit != 0
  }

  static let nationalCodes = DetectorSet([
    .esNIE, .esNIF, .fiIdentityCode, .inPAN, .itFiscalCode, .sgFIN, .ukNINO,
  ])
  static let nationalNumbers = DetectorSet([
    .usITIN, .caSIN, .auTFN, .brCPF, .deTaxID, .inAadhaar, .krRRN, .plPESEL, .sePersonnummer, .thTNIN, .trNationalID,
    .ukNHS, .zaID,
  ])
}
