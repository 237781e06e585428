/// What a detector finds. The raw values are the names in `steno.toml`, in spans and in records.
///
/// Names of national numbers begin with the country they belong to.
package enum DetectorKind: String, CaseIterable, Codable, Sendable {
  case email, phone
  case paymentCard = "payment_card"
  case iban
  case usSSN = "us_ssn"
  case ip, secret
  case usITIN = "us_itin"
  case caSIN = "ca_sin"
  case auTFN = "au_tfn"
  case brCPF = "br_cpf"
  case deTaxID = "de_tax_id"
  case esNIE = "es_nie"
  case esNIF = "es_nif"
  case fiIdentityCode = "fi_personal_identity_code"
  case inAadhaar = "in_aadhaar"
  case inPAN = "in_pan"
  case itFiscalCode = "it_fiscal_code"
  case krRRN = "kr_rrn"
  case plPESEL = "pl_pesel"
  case sePersonnummer = "se_personnummer"
  case sgFIN = "sg_fin"
  case thTNIN = "th_tnin"
  case trNationalID = "tr_national_id"
  case ukNHS = "uk_nhs"
  case ukNINO = "uk_nino"
  case zaID = "za_id_number"

  /// Numbers that a state gives to its people, besides the United States' social security number.
  package var isNationalID: Bool {
    switch self {
    case .email, .phone, .paymentCard, .iban, .usSSN, .ip, .secret: false
    case .usITIN, .caSIN, .auTFN, .brCPF, .deTaxID, .esNIE, .esNIF, .fiIdentityCode, .inAadhaar, .inPAN, .itFiscalCode,
      .krRRN, .plPESEL, .sePersonnummer, .sgFIN, .thTNIN, .trNationalID, .ukNHS, .ukNINO, .zaID:
      true
    }
  }

  /// The word in a `detect` list that stands for every national number.
  package static let nationalGroup = "national_id"

  /// What a word of a `detect` list names: one detector, or a group; empty for none.
  package static func named(_ word: String) -> [DetectorKind] {
    if word == nationalGroup { return allCases.filter { $0 == .usSSN || $0.isNationalID } }
    return DetectorKind(rawValue: word).map { [$0] } ?? []
  }

  /// Its bit in a `DetectorSet`.
  var bit: UInt32 {
    switch self {
    case .email: 1
    case .phone: 1 << 1
    case .paymentCard: 1 << 2
    case .iban: 1 << 3
    case .usSSN: 1 << 4
    case .ip: 1 << 5
    case .secret: 1 << 6
    case .usITIN: 1 << 7
    case .caSIN: 1 << 8
    case .auTFN: 1 << 9
    case .brCPF: 1 << 10
    case .deTaxID: 1 << 11
    case .esNIE: 1 << 12
    case .esNIF: 1 << 13
    case .fiIdentityCode: 1 << 14
    case .inAadhaar: 1 << 15
    case .inPAN: 1 << 16
    case .itFiscalCode: 1 << 17
    case .krRRN: 1 << 18
    case .plPESEL: 1 << 19
    case .sePersonnummer: 1 << 20
    case .sgFIN: 1 << 21
    case .thTNIN: 1 << 22
    case .trNationalID: 1 << 23
    case .ukNHS: 1 << 24
    case .ukNINO: 1 << 25
    case .zaID: 1 << 26
    }
  }
}
