/// The masks of one connection.
package struct MaskSet: Sendable {
  /// A class, for one stands beside every column of every row.
  package final class ColumnMask: Sendable {
    package let rule: String
    package let pattern: ColumnPattern
    /// Paths of a JSON column; `nil` where the whole value is masked.
    package let paths: [[String]]?
    package let masker: ValueMasker

    init(rule: String, pattern: ColumnPattern, paths: [[String]]?, masker: ValueMasker) {
      self.rule = rule
      self.pattern = pattern
      self.paths = paths
      self.masker = masker
    }
  }

  package struct DetectorMask: Sendable {
    package var rule: String
    package var masker: ValueMasker
  }

  /// In the order of the configuration; the first that matches a column masks it.
  package let columns: [ColumnMask]
  package let detectors: DetectorSet
  /// What is looked for, and counted, in values that no rule masks.
  package let discovers: DetectorSet
  private let masks: [DetectorKind: DetectorMask]

  /// - Parameter keys: Keys of hashed masks, by rule.
  /// - Parameter discovers: Kinds that are counted where no rule masks them.
  /// - Returns: `nil` where no rule is for this connection and nothing is counted: then nothing is looked at.
  package init?(_ rules: [MaskRule], connection: String, keys: [String: MaskKey], discovers: DetectorSet = []) {
    var columns: [ColumnMask] = []
    var masks: [DetectorKind: DetectorMask] = [:]
    let applying = rules.filter { $0.applies(to: connection) }
    guard !applying.isEmpty || !discovers.isEmpty else { return nil }
    for rule in applying {
      let masker = ValueMasker(style: rule.style, key: keys[rule.name] ?? .random())
      for pattern in rule.columns {
        columns.append(ColumnMask(rule: rule.name, pattern: pattern, paths: nil, masker: masker))
      }
      for json in rule.json {
        columns.append(ColumnMask(rule: rule.name, pattern: json.column, paths: [json.path], masker: masker))
      }
      for kind in rule.detect where masks[kind] == nil {
        masks[kind] = DetectorMask(rule: rule.name, masker: masker)
      }
    }
    self.columns = columns
    self.masks = masks
    detectors = DetectorSet(masks.keys)
    self.discovers = discovers.subtracting(detectors)
  }

  /// Nothing is masked, only counted: the target's answers pass as they came.
  package var isPassive: Bool { columns.isEmpty && detectors.isEmpty }

  package func mask(of kind: DetectorKind) -> DetectorMask? { masks[kind] }

  /// The mask of a table's column: the first for the whole value, else every path that is named in it.
  package func mask(schema: String, table: String, column: String) -> ColumnMask? {
    let matching = columns.filter { $0.pattern.matches(schema: schema, table: table, column: column) }
    if let whole = matching.first(where: { $0.paths == nil }) { return whole }
    guard let first = matching.first else { return nil }
    return ColumnMask(
      rule: first.rule, pattern: first.pattern, paths: matching.flatMap { $0.paths ?? [] }, masker: first.masker)
  }

  /// The mask of an output column for its name alone.
  package func mask(ofOutput name: String) -> ColumnMask? {
    columns.first { $0.paths == nil && $0.pattern.matchesAnywhere(name) }
  }

  /// Appends a text with what was found in it replaced, each by the style of the rule that looks for it.
  package func append(_ text: UnsafeBufferPointer<UInt8>, spans: [DetectedSpan], to output: inout [UInt8]) {
    var at = 0
    for span in spans {
      output.append(contentsOf: text[at..<span.range.lowerBound])
      let value = UnsafeBufferPointer(rebasing: text[span.range])
      if let mask = masks[span.kind] { mask.masker.append(value, kind: span.kind, to: &output) }
      at = span.range.upperBound
    }
    output.append(contentsOf: text[at...])
  }
}

extension MaskSet {
  /// The rule that is named where something is withheld for want of a way to look at it.
  package var anyRule: String {
    columns.first?.rule ?? masks.min { $0.key.rawValue < $1.key.rawValue }?.value.rule ?? ""
  }
}
