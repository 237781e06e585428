import Policy

extension ConfigurationReader {
  mutating func readMasks(connections: [String]) -> [MaskRule] {
    var names = UniqueNames(what: "mask", problems: problems)
    return root.tables("mask").compactMap { section in
      var section = section
      return readMask(&section, &names, connections: connections)
    }
  }

  private func readMask(
    _ section: inout SectionReader, _ names: inout UniqueNames, connections: [String]
  ) -> MaskRule? {
    let name = names.take(&section, example: "\"personal-data\"")
    var rule = MaskRule(name: name ?? "")
    if var when = section.table("when") {
      rule.connections = globs(&when, "connection")
      when.finish()
      checkNames(rule.connections, among: connections, when.path("connection"), "connection")
    }
    rule.columns = patterns(&section, "columns", ColumnPattern.init, "write table.column or schema.table.column")
    rule.json = patterns(
      &section, "json", JSONMaskPattern.init, "write table.column:path, for example \"orders.payload:customer.email\"")
    rule.detect = detectors(&section, "detect")
    if let format = section.word("format", MaskFormat.self) { rule.style.format = format }
    rule.style.keepsLength = section.boolean("keep_length") ?? false
    rule.keyFile = section.string("key_file").map(resolvePath)
    section.finish()
    if rule.columns.isEmpty, rule.json.isEmpty, rule.detect.isEmpty {
      problems.error(section.path, "masks nothing; add columns, json or detect")
    }
    if rule.keyFile != nil, rule.style.format != .hash {
      problems.warning(section.path("key_file"), "has no effect without format = \"hash\"")
    }
    if rule.style.format == .hash, rule.style.keepsLength {
      problems.error(section.path("keep_length"), "cannot be kept by format = \"hash\"")
    }
    return name == nil ? nil : rule
  }

  private func patterns<Pattern>(
    _ section: inout SectionReader, _ key: String, _ make: (String) -> Pattern?, _ hint: String
  ) -> [Pattern] {
    let texts = globs(&section, key)
    return texts.enumerated().compactMap { index, text in
      if let pattern = make(text) { return pattern }
      problems.error("\(section.path(key))[\(index)]", "is \(quoted(text)); \(hint)")
      return nil
    }
  }

  func detectors(_ section: inout SectionReader, _ key: String) -> [DetectorKind] {
    var kinds: [DetectorKind] = []
    for (index, word) in list(&section, key).enumerated() {
      let named = DetectorKind.named(word)
      if named.isEmpty {
        let known = DetectorKind.allCases.map(\.rawValue) + [DetectorKind.nationalGroup]
        problems.error(
          "\(section.path(key))[\(index)]", "is \(quoted(word)), which is none of \(known.joined(separator: ", "))"
        )
      }
      kinds += named.filter { !kinds.contains($0) }
    }
    return kinds
  }
}
