import Testing

@testable import Policy

@Suite("Detectors against corpora of others")
struct CorpusTests {
  private static let kinds: [String: DetectorKind] = [
    "credit_card": .paymentCard, "email": .email, "iban": .iban, "us_ssn": .usSSN, "us_itin": .usITIN, "ip": .ip,
    "phone": .phone, "ph_mobile_number": .phone, "tr_phone_number": .phone, "ca_sin": .caSIN, "au_tfn": .auTFN,
    "uk_nhs": .ukNHS, "uk_nino": .ukNINO, "in_aadhaar": .inAadhaar, "in_pan": .inPAN, "pl_pesel": .plPESEL,
    "fi_personal_identity_code": .fiIdentityCode, "es_nif": .esNIF, "es_nie": .esNIE, "za_id_number": .zaID,
    "se_personnummer": .sePersonnummer, "sg_fin": .sgFIN, "kr_rrn": .krRRN, "tr_national_id": .trNationalID,
    "de_tax_id": .deTaxID, "th_tnin": .thTNIN, "it_fiscal_code": .itFiscalCode,
  ]

  @Test("Strings: at least 97 % have as many finds as they should")
  func strings() throws {
    guard let rows = try MaskingCorpus.lines("pii_strings.jsonl", of: MaskingCorpus.StringRow.self) else {
      print("skipped: ../shared/data is not here")
      return
    }
    var scanner = SensitiveScanner(.all)
    var total = 0
    var right = 0
    for row in rows {
      guard let kind = Self.kinds[row.recognizer] else { continue }
      total += 1
      if scanner.scan(row.text).count(where: { $0.kind == kind }) == row.expected { right += 1 }
    }
    #expect(total > 200)
    #expect(Double(right) >= 0.97 * Double(total), "\(right) of \(total)")
  }

  @Test(
    "Sentences: recall and precision of at least 95 %",
    arguments: [
      ("CREDIT_CARD", DetectorKind.paymentCard), ("US_SSN", .usSSN), ("IBAN_CODE", .iban), ("EMAIL_ADDRESS", .email),
    ])
  func sentences(_ label: String, _ kind: DetectorKind) throws {
    guard let rows = try MaskingCorpus.lines("pii_texts.jsonl", of: MaskingCorpus.TextRow.self) else {
      print("skipped: ../shared/data is not here")
      return
    }
    var scanner = SensitiveScanner(.all)
    var score = CorpusScore()
    for row in rows {
      let wanted = Set(row.spans.filter { $0.type == label }.map { $0.start..<$0.end })
      let found = Set(scanner.scalarSpans(row.text).filter { $0.kind == kind }.map(\.range))
      score.right += wanted.intersection(found).count
      score.missed += wanted.subtracting(found).count
      score.wrong += found.subtracting(wanted).count
    }
    #expect(score.right > 0)
    #expect(score.recall >= 0.95, "\(score)")
    #expect(score.precision >= 0.95, "\(score)")
  }
}
