import SessionModel

extension RequestMeta {
  /// Reads a meta in the order in which gateways write it; `nil` where it stands otherwise, or holds the request.
  init?(scanning json: UnsafeRawBufferPointer) {
    var scan = MetaScanner(json)
    guard scan.skip("{\"step\":"), let step = scan.int(), scan.skip(",\"operation\":"), let operation = scan.string(),
      scan.skip(",\"class\":"), let statementClass = scan.string().flatMap(StatementClass.init(rawValue:)),
      scan.skip(",\"kind\":"), let kind = scan.string(), scan.skip(",\"objects\":"), let objects = scan.strings(),
      scan.skip(",\"reasons\":"), let reasons = scan.strings(), scan.skip(",\"risk\":"),
      let risk = scan.string().flatMap(Risk.init(rawValue:)), scan.skip(",\"verdict\":"),
      let verdict = scan.string().flatMap(Verdict.init(rawValue:)), scan.skip(",\"rule\":"), let rule = scan.string(),
      scan.skip(",\"text\":"), let text = TextLocation(&scan), scan.skip(",\"values\":"),
      let values = BoundValue.list(&scan)
    else { return nil }
    var statement: String?
    if scan.skip(",\"statement\":") {
      guard let name = scan.string() else { return nil }
      statement = name
    }
    guard scan.skip(",\"transaction\":"), let transaction = scan.string(), scan.skip(",\"claims\":"),
      let claims = scan.stringsByKey(), scan.skip("}"), scan.isAtEnd
    else { return nil }
    self.init(
      step: step, operation: operation, statementClass: statementClass, kind: kind, objects: objects,
      reasons: reasons, risk: risk, verdict: verdict, rule: rule, text: text, values: values, statement: statement,
      transaction: transaction, claims: claims)
  }
}

extension TextLocation {
  fileprivate init?(_ scan: inout MetaScanner) {
    if scan.skip("{\"wire\":{\"offset\":") {
      guard let offset = scan.int(), scan.skip(",\"length\":"), let length = scan.int(), scan.skip("}}") else {
        return nil
      }
      self = .wire(offset: offset, length: length)
    } else if scan.skip("{\"part\":{}}") {
      self = .part
    } else if scan.skip("{\"step\":{\"_0\":") {
      guard let step = scan.int(), scan.skip("}}") else { return nil }
      self = .step(step)
    } else if scan.skip("{\"none\":{}}") {
      self = .none
    } else {
      return nil
    }
  }
}

extension BoundValue {
  fileprivate static func list(_ scan: inout MetaScanner) -> [BoundValue]? {
    guard scan.skip("[") else { return nil }
    var values: [BoundValue] = []
    if scan.skip("]") { return values }
    repeat {
      guard let value = BoundValue(&scan) else { return nil }
      values.append(value)
    } while scan.skip(",")
    return scan.skip("]") ? values : nil
  }

  private init?(_ scan: inout MetaScanner) {
    if scan.skip("{\"null\":{}}") {
      self = .null
    } else if scan.skip("{\"text\":{\"_0\":") {
      guard let text = scan.string(), scan.skip("}}") else { return nil }
      self = .text(text)
    } else if scan.skip("{\"hex\":{\"_0\":") {
      guard let digits = scan.string(), scan.skip("}}") else { return nil }
      self = .hex(digits)
    } else if scan.skip("{\"wire\":{\"offset\":") {
      guard let offset = scan.int(), scan.skip(",\"length\":"), let length = scan.int(), scan.skip("}}") else {
        return nil
      }
      self = .wire(offset: offset, length: length)
    } else {
      return nil
    }
  }
}
