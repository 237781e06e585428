import Policy

extension ConfigurationReader {
  /// `discover = true`, `false`, or what is looked for: `["email", "national_id"]`.
  func readDiscovery(_ section: inout SectionReader) -> DetectorSet? {
    guard section.has("discover") else { return nil }
    if section.isBoolean("discover") { return section.boolean("discover") == true ? .telling : [] }
    return DetectorSet(detectors(&section, "discover"))
  }
}
