import NIOCore
import SessionModel

/// Writes the meta parts of records as the JSON that their `Codable` forms read.
///
/// Written by hand because two of these stand on the path of every request. Keys with nothing behind them are left out.
package enum MetaWriter {
  package static func request(_ meta: RequestMeta) -> ByteBuffer {
    var bound = 400 + MetaText.bound(meta.operation) + MetaText.bound(meta.kind) + MetaText.bound(meta.rule)
    bound += MetaText.bound(meta.transaction) + MetaText.bound(meta.statement ?? "")
    for text in meta.objects { bound += MetaText.bound(text) + 1 }
    for text in meta.reasons { bound += MetaText.bound(text) + 1 }
    for (key, text) in meta.claims { bound += MetaText.bound(key) + MetaText.bound(text) + 2 }
    for value in meta.values {
      switch value {
      case .null: bound += 12
      case .text(let text), .hex(let text): bound += MetaText.bound(text) + 20
      case .wire: bound += 80
      }
    }
    if let hold = meta.hold { bound += 160 + MetaText.bound(hold.nonce) }
    if let rules = meta.rules { bound += 20 + MetaText.bound(rules) }
    return write(bound) { json in
      json.put("{\"step\":")
      json.put(meta.step)
      json.put(",\"operation\":")
      json.put(quoted: meta.operation)
      json.put(",\"class\":")
      json.put(quoted: meta.statementClass.rawValue)
      json.put(",\"kind\":")
      json.put(quoted: meta.kind)
      json.put(",\"objects\":")
      json.put(list: meta.objects)
      json.put(",\"reasons\":")
      json.put(list: meta.reasons)
      json.put(",\"risk\":")
      json.put(quoted: meta.risk.rawValue)
      json.put(",\"verdict\":")
      json.put(quoted: meta.verdict.rawValue)
      json.put(",\"rule\":")
      json.put(quoted: meta.rule)
      json.put(",\"text\":")
      put(meta.text, &json)
      json.put(",\"values\":[")
      for (index, value) in meta.values.enumerated() {
        if index > 0 { json.put(UInt8(ascii: ",")) }
        put(value, &json)
      }
      json.put(UInt8(ascii: "]"))
      if let statement = meta.statement {
        json.put(",\"statement\":")
        json.put(quoted: statement)
      }
      json.put(",\"transaction\":")
      json.put(quoted: meta.transaction)
      json.put(",\"claims\":{")
      var first = true
      for (key, text) in meta.claims {
        if !first { json.put(UInt8(ascii: ",")) }
        first = false
        json.put(quoted: key)
        json.put(UInt8(ascii: ":"))
        json.put(quoted: text)
      }
      json.put(UInt8(ascii: "}"))
      if let hold = meta.hold { put(hold, &json) }
      if let rules = meta.rules {
        json.put(",\"rules\":")
        json.put(quoted: rules)
      }
      json.put(UInt8(ascii: "}"))
    }
  }

  package static func response(_ meta: ResponseMeta) -> ByteBuffer {
    var bound = 420 + MetaText.bound(meta.tag ?? "") + MetaText.bound(meta.origin)
    bound += MetaText.bound(meta.transaction ?? "")
    if let error = meta.error { bound += MetaText.bound(error.code) + MetaText.bound(error.message) }
    if let masks = meta.masks {
      bound += 200
      for column in masks.columns { bound += 160 + MetaText.bound(column.column) + MetaText.bound(column.rule) }
      for column in masks.coverage ?? [] {
        bound += 240 + MetaText.bound(column.column) + MetaText.bound(column.rule ?? "")
        for kind in (column.found ?? [:]).keys { bound += 40 + MetaText.bound(kind) }
      }
    }
    return write(bound) { json in
      json.put("{\"step\":")
      json.put(meta.step)
      json.put(",\"sub\":")
      json.put(meta.sub)
      json.put(",\"final\":")
      json.put(meta.final)
      json.put(",\"rows\":")
      json.put(meta.rows)
      if let tag = meta.tag {
        json.put(",\"tag\":")
        json.put(quoted: tag)
      }
      if let error = meta.error {
        json.put(",\"error\":{\"code\":")
        json.put(quoted: error.code)
        json.put(",\"message\":")
        json.put(quoted: error.message)
        json.put(UInt8(ascii: "}"))
      }
      json.put(",\"notices\":")
      json.put(meta.notices)
      if let timings = meta.timings {
        json.put(",\"timings\":{\"held\":")
        json.put(timings.held)
        json.put(",\"upstream\":")
        json.put(timings.upstream)
        json.put(",\"gateway\":")
        json.put(timings.gateway)
        json.put(UInt8(ascii: "}"))
      }
      if let transaction = meta.transaction {
        json.put(",\"transaction\":")
        json.put(quoted: transaction)
      }
      json.put(",\"origin\":")
      json.put(quoted: meta.origin)
      json.put(",\"not_run\":")
      json.put(meta.notRun)
      if let masks = meta.masks { put(masks, &json) }
      json.put(UInt8(ascii: "}"))
    }
  }

  package static func execution(_ meta: ExecutionMeta) -> ByteBuffer {
    write(220 + MetaText.bound(meta.by) + MetaText.bound(meta.reason) + MetaText.bound(meta.grant ?? "")) { json in
      json.put("{\"step\":")
      json.put(meta.step)
      json.put(",\"outcome\":")
      json.put(quoted: meta.outcome.rawValue)
      json.put(",\"by\":")
      json.put(quoted: meta.by)
      json.put(",\"reason\":")
      json.put(quoted: meta.reason)
      json.put(",\"held\":")
      json.put(meta.held)
      if let grant = meta.grant {
        json.put(",\"grant\":")
        json.put(quoted: grant)
      }
      json.put(UInt8(ascii: "}"))
    }
  }

  package static func note(_ meta: NoteMeta) -> ByteBuffer {
    write(100 + MetaText.bound(meta.topic) + MetaText.bound(meta.detail)) { json in
      json.put("{\"topic\":")
      json.put(quoted: meta.topic)
      json.put(",\"detail\":")
      json.put(quoted: meta.detail)
      if let step = meta.step {
        json.put(",\"step\":")
        json.put(step)
      }
      json.put(UInt8(ascii: "}"))
    }
  }

  private static func write(_ bound: Int, _ body: (inout MetaText) -> Void) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: bound)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { raw in
      var json = MetaText(raw)
      body(&json)
      return json.count
    }
    return buffer
  }

  private static func put(_ text: TextLocation, _ json: inout MetaText) {
    switch text {
    case .wire(let offset, let length): putWire(offset, length, &json)
    case .part: json.put("{\"part\":{}}")
    case .step(let step):
      json.put("{\"step\":{\"_0\":")
      json.put(step)
      json.put("}}")
    case .none: json.put("{\"none\":{}}")
    }
  }

  private static func put(_ value: BoundValue, _ json: inout MetaText) {
    switch value {
    case .null: json.put("{\"null\":{}}")
    case .text(let text):
      json.put("{\"text\":{\"_0\":")
      json.put(quoted: text)
      json.put("}}")
    case .hex(let digits):
      json.put("{\"hex\":{\"_0\":")
      json.put(quoted: digits)
      json.put("}}")
    case .wire(let offset, let length): putWire(offset, length, &json)
    }
  }

  private static func put(_ masks: ResponseMasking, _ json: inout MetaText) {
    json.put(",\"masks\":{")
    json.put("\"examined\":")
    json.put(masks.examined)
    json.put(",")
    put(masks.masked, masks.withheld, &json)
    json.put(",\"columns\":[")
    for (index, column) in masks.columns.enumerated() {
      if index > 0 { json.put(UInt8(ascii: ",")) }
      json.put("{\"column\":")
      json.put(quoted: column.column)
      json.put(",\"rule\":")
      json.put(quoted: column.rule)
      json.put(",")
      put(column.masked, column.withheld, &json)
      json.put(UInt8(ascii: "}"))
    }
    json.put("]")
    if let coverage = masks.coverage { put(coverage, &json) }
    json.put("}")
  }

  private static func put(_ coverage: [ColumnCoverage], _ json: inout MetaText) {
    json.put(",\"coverage\":[")
    for (index, column) in coverage.enumerated() {
      if index > 0 { json.put(UInt8(ascii: ",")) }
      json.put("{\"column\":")
      json.put(quoted: column.column)
      if let rule = column.rule {
        json.put(",\"rule\":")
        json.put(quoted: rule)
      }
      json.put(",\"examined\":")
      json.put(column.examined)
      json.put(",")
      put(column.masked, column.withheld, &json)
      json.put(",\"passed\":")
      json.put(column.passed)
      if let found = column.found {
        json.put(",\"found\":{")
        for (place, (kind, count)) in found.sorted(by: { $0.key < $1.key }).enumerated() {
          if place > 0 { json.put(UInt8(ascii: ",")) }
          json.put(quoted: kind)
          json.put(":")
          json.put(count)
        }
        json.put("}")
      }
      json.put("}")
    }
    json.put("]")
  }

  private static func put(_ masked: Int, _ withheld: Int, _ json: inout MetaText) {
    json.put("\"masked\":")
    json.put(masked)
    json.put(",\"withheld\":")
    json.put(withheld)
  }

  private static func putWire(_ offset: Int, _ length: Int, _ json: inout MetaText) {
    json.put("{\"wire\":{\"offset\":")
    json.put(offset)
    json.put(",\"length\":")
    json.put(length)
    json.put("}}")
  }

  private static func put(_ hold: HoldMeta, _ json: inout MetaText) {
    json.put(",\"hold\":{\"nonce\":")
    json.put(quoted: hold.nonce)
    json.put(",\"expires\":")
    json.put(quoted: hold.expires.description)
    json.put(",\"quorum\":")
    json.put(hold.quorum)
    if let open = hold.transactionOpen {
      json.put(",\"transaction_open\":")
      json.put(open)
    }
    if let law = hold.law { put(law, &json) }
    if let fingerprint = hold.fingerprint {
      json.put(",\"fingerprint\":")
      json.put(quoted: fingerprint)
    }
    if let normal = hold.normal {
      json.put(",\"normal\":")
      json.put(quoted: normal)
    }
    json.put(UInt8(ascii: "}"))
  }

  private static func put(_ law: ApprovalLaw, _ json: inout MetaText) {
    json.put(",\"law\":{\"break_glass\":")
    json.put(law.breakGlass)
    if let approvers = law.approvers {
      json.put(",\"approvers\":")
      put(approvers, &json)
    }
    if let escalation = law.escalation {
      json.put(",\"escalation\":{\"after\":")
      json.put(escalation.after)
      json.put(",\"to\":")
      put(escalation.to, &json)
      json.put(UInt8(ascii: "}"))
    }
    json.put(UInt8(ascii: "}"))
  }

  private static func put(_ names: [String], _ json: inout MetaText) {
    json.put(UInt8(ascii: "["))
    for (index, name) in names.enumerated() {
      if index > 0 { json.put(UInt8(ascii: ",")) }
      json.put(quoted: name)
    }
    json.put(UInt8(ascii: "]"))
  }
}
