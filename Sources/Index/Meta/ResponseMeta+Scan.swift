import SessionModel

extension ResponseMeta {
  /// Reads a meta in the order in which gateways write it; `nil` where it stands otherwise.
  init?(scanning json: UnsafeRawBufferPointer) {
    var scan = MetaScanner(json)
    guard scan.skip("{\"step\":"), let step = scan.int(), scan.skip(",\"sub\":"), let sub = scan.int(),
      scan.skip(",\"final\":"), let final = scan.bool(), scan.skip(",\"rows\":"), let rows = scan.int()
    else { return nil }
    self.init(step: step, sub: sub, final: final, rows: rows)
    if scan.skip(",\"tag\":") {
      guard let tag = scan.string() else { return nil }
      self.tag = tag
    }
    if scan.skip(",\"error\":{\"code\":") {
      guard let code = scan.string(), scan.skip(",\"message\":"), let message = scan.string(), scan.skip("}") else {
        return nil
      }
      error = ResponseError(code: code, message: message)
    }
    guard scan.skip(",\"notices\":"), let notices = scan.int() else { return nil }
    self.notices = notices
    if scan.skip(",\"timings\":{\"held\":") {
      guard let held = scan.integer(), scan.skip(",\"upstream\":"), let upstream = scan.integer(),
        scan.skip(",\"gateway\":"), let gateway = scan.integer(), scan.skip("}")
      else { return nil }
      timings = Timings(held: held, upstream: upstream, gateway: gateway)
    }
    if scan.skip(",\"transaction\":") {
      guard let transaction = scan.string() else { return nil }
      self.transaction = transaction
    }
    guard scan.skip(",\"origin\":"), let origin = scan.string(), scan.skip(",\"not_run\":"),
      let notRun = scan.int(), scan.skip("}"), scan.isAtEnd
    else { return nil }
    self.origin = origin
    self.notRun = notRun
  }
}
