import Signatures

extension ConfigurationReader {
  mutating func readWitnesses() -> [StenoConfiguration.WitnessSection] {
    var witnesses: [StenoConfiguration.WitnessSection] = []
    for var section in root.tables("witness") {
      let url = section.requiredString("url", example: "\"http://witness.example.org:7380\"")
      let text = section.requiredString("key", example: "\"witness.example.org+ID+KEY\" (steno-witness prints it)")
      section.finish()
      guard let url, let text else { continue }
      guard url.hasPrefix("http://") else {
        problems.error(section.path("url"), "is no http:// address; what a witness says is signed, so http serves")
        continue
      }
      guard let key = try? VerifierKey(text), key.kind == .cosignature else {
        problems.error(section.path("key"), "is no witness's verifier key; copy the line that steno-witness prints")
        continue
      }
      if witnesses.contains(where: { $0.key == key }) {
        problems.error(section.path("key"), "is another witness's too; each counts once")
      }
      witnesses.append(.init(url: url, key: key))
    }
    return witnesses
  }
}
