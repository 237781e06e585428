import SessionModel

extension ConfigurationReader {
  /// Policies in the order of the file: the first that matches a request's connection and class counts.
  mutating func readRetention(connections: [String]) -> [RetentionPolicy] {
    var names = UniqueNames(what: "retention", problems: problems)
    var policies: [RetentionPolicy] = []
    for var section in root.tables("retention") {
      let name = names.take(&section, example: "\"pci-12-months\"")
      var policy = RetentionPolicy(name: name ?? "", keep: 0)
      if var when = section.table("when") {
        policy.connections = globs(&when, "connection")
        for (index, word) in list(&when, "class").enumerated() {
          if let found = StatementClass(rawValue: word) {
            policy.classes.append(found)
          } else {
            let known = StatementClass.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            problems.error("\(when.path("class"))[\(index)]", "is \(quoted(word)), which is none of \(known)")
          }
        }
        when.finish()
        checkNames(policy.connections, among: connections, when.path("connection"), "connection")
        if policy.connections.contains(where: { $0.contains { " ,;".contains($0) } }) {
          problems.error(when.path("connection"), "has a space, a comma or a semicolon; name connections one by one")
        }
      }
      let keep = section.requiredString("keep", example: "\"365d\"")
      section.finish()
      guard let name, let keep else { continue }
      guard let time = ConfigurationUnits.microseconds(keep), (1_000_000...Self.longestKeep).contains(time) else {
        problems.error(
          section.path("keep"), "is \(quoted(keep)); write a time from 1s to 36500d, for example \"365d\"")
        continue
      }
      policy.name = name
      policy.keep = time / 1_000_000 * 1_000_000
      policies.append(policy)
    }
    return policies
  }

  private static var longestKeep: Int64 { 36_500 * 86_400_000_000 }

  /// `recorder.retention`: how often policies are carried out; nil where only `steno retention run` does.
  mutating func retentionInterval(_ section: inout SectionReader) -> Int64? {
    guard let text = section.string("retention") else { return StenoConfiguration.retentionInterval }
    if text == "off" { return nil }
    guard let time = ConfigurationUnits.microseconds(text), (1_000_000...365 * 86_400_000_000).contains(time) else {
      problems.error(
        section.path("retention"), "is \(quoted(text)); write a time from 1s to 365d, or \"off\" for never by itself")
      return nil
    }
    return time
  }
}
