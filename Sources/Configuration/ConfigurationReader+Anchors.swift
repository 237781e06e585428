import Signatures

extension ConfigurationReader {
  /// `[recorder] witness_quorum` and `witness_stale_after`
  func readWitnessPolicy(_ section: inout SectionReader) -> WitnessPolicy {
    var policy = WitnessPolicy()
    if let quorum = section.integer("witness_quorum") {
      let witnesses = root.has("witness") ? root.count("witness") : 0
      if (1...max(1, witnesses)).contains(quorum) {
        policy.quorum = quorum
      } else {
        problems.error(
          section.path("witness_quorum"),
          "is \(quorum), and there are \(witnesses) [[witness]] sections; write 1 to as many")
      }
    }
    if let age = span(&section, "witness_stale_after", least: 10_000_000, example: "10m") { policy.staleAfter = age }
    return policy
  }

  func readLogKey(_ section: inout SectionReader) -> VerifierKey? {
    guard let text = section.string("log_key") else { return nil }
    guard let key = try? VerifierKey(text), key.kind == .note else {
      problems.error(section.path("log_key"), "is no log's verifier key; copy the line that steno keys prints")
      return nil
    }
    return key
  }

  mutating func readTimestamps() -> TimestampSection? {
    guard var section = root.table("tsa") else { return nil }
    let url = section.requiredString("url", example: "\"http://tsa.example.org/\"")
    let authorities = section.requiredString("ca_file", example: "\"tls/tsa-ca.pem\"")
    let interval = span(&section, "interval", least: 60_000_000, example: "1h")
    let atEnd = section.boolean("session_end")
    section.finish()
    if let url, !url.hasPrefix("http://") {
      problems.error(section.path("url"), "is no http:// address; a token is signed, so http serves")
      return nil
    }
    guard let url, let authorities else { return nil }
    return TimestampSection(
      url: url, authorities: resolvePath(authorities), interval: interval ?? 3_600_000_000, atSessionEnd: atEnd ?? true)
  }

  private func span(_ section: inout SectionReader, _ key: String, least: Int64, example: String) -> Int64? {
    guard let text = section.string(key) else { return nil }
    guard let value = ConfigurationUnits.microseconds(text), value >= least else {
      problems.error(
        section.path(key),
        "is \(quoted(text)); write a time of at least \(least / 1_000_000) s, for example \"\(example)\"")
      return nil
    }
    return value
  }
}
