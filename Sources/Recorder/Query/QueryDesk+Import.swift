import Foundation
import QueryProtocol
import SessionModel
import Synchronization

/// One import under way.
struct RunningImport {
  var by: String
  /// The step that has begun; 0 before the first.
  var step = 0
  /// Its last answer has been given.
  var isAnswered = true
  var origin: ImportOrigin
  /// Ends the request that holds the import open.
  var finish: AsyncStream<Void>.Continuation
}

extension QueryDesk {
  /// Begins an import, and holds it open until it is ended, or until the request is cancelled or its connection gone: what is there of it
  /// then ends with that said.
  func beginImport(_ start: ImportStart, _ caller: Caller, _ reply: Reply) async throws {
    guard caller.isApprover || caller.uid == settings.ownUser else {
      throw QueryFailure(code: .notAllowed, message: "\(caller.name) may look, but not import")
    }
    try QueryDesk.check(start)
    var origin = start.origin
    origin.by = caller.name
    let id = SessionID.random()
    let (finished, continuation) = AsyncStream.makeStream(of: Void.self)
    let isTaken = imports.withLock { imports in
      guard imports.count < ImportLimits.sessions else { return false }
      imports[id] = RunningImport(by: caller.name, origin: origin, finish: continuation)
      return true
    }
    guard isTaken else {
      throw QueryFailure(
        code: .unavailable, message: "\(ImportLimits.sessions) imports are under way already: try again later")
    }
    let session = SessionStart(
      agent: start.agent, principal: caller.name, onBehalfOf: nil, connection: "import", proto: start.proto,
      capture: .imported, trial: settings.trial, rules: "", gateway: "recorder", client: "", target: start.target,
      database: nil, targetUser: nil, clientTLS: false, targetTLS: false, authentication: "none", claims: start.claims,
      imported: origin)
    do {
      try await appendImport([OwnRecord(kind: .sessionStart, meta: try encode(session))], to: id)
    } catch {
      imports.withLock { $0[id] = nil }
      throw error
    }
    do {
      try await reply(.importing(id), false)
      for await _ in finished {}
    } catch {
      // The reader has gone: the import ends below.
    }
    let left = imports.withLock { $0.removeValue(forKey: id) }
    if left != nil {
      // A task that was cancelled can still write what became of it.
      let desk = self
      await Task {
        await desk.closeImport(id, reason: "import cut: the importer went away", steps: left?.step ?? 0, isWhole: false)
      }.value
    }
    try await reply(.ended(id), true)
  }

  /// Takes the next items of an import.
  func takeImport(_ items: [ImportItem], of id: SessionID, _ caller: Caller) async throws {
    guard var running = imports.withLock({ $0[id] }), running.by == caller.name else {
      throw QueryFailure(code: .notFound, message: "no import of session \(id) is under way")
    }
    var records: [OwnRecord] = []
    for item in items { records += try record(item, &running) }
    try await appendImport(records, to: id)
    let now = running
    imports.withLock { if $0[id] != nil { $0[id] = now } }
  }

  /// Ends an import; `reason` says where it was cut, if it was.
  func endImport(_ id: SessionID, reason: String?, _ caller: Caller) async throws {
    let running = imports.withLock { imports in
      imports[id]?.by == caller.name ? imports.removeValue(forKey: id) : nil
    }
    guard let running else {
      throw QueryFailure(code: .notFound, message: "no import of session \(id) is under way")
    }
    if let reason, reason.utf8.count > ImportLimits.claim {
      throw QueryFailure(code: .malformed, message: "an import's reason is longer than \(ImportLimits.claim) bytes")
    }
    await closeImport(id, reason: reason ?? "imported whole", steps: running.step, isWhole: reason == nil)
    running.finish.finish()
  }

  private func closeImport(_ id: SessionID, reason: String, steps: Int, isWhole: Bool) async {
    do {
      var records: [OwnRecord] = []
      if !isWhole {
        records.append(OwnRecord(kind: .note, meta: try encode(NoteMeta(topic: "import", detail: reason))))
      }
      let end = SessionEnd(reason: reason, graceful: isWhole, steps: steps, failed: !isWhole)
      records.append(OwnRecord(kind: .sessionEnd, meta: try encode(end)))
      try await gate.append(records, to: id)
    } catch {
      // The next start of the recorder ends it.
      log.error("an import could not be ended", metadata: ["session": "\(id)", "reason": "\(error)"])
    }
  }

  private func appendImport(_ records: [OwnRecord], to id: SessionID) async throws {
    do {
      try await gate.append(records, to: id)
    } catch let refusal as GateRefusal {
      throw QueryFailure(code: .unavailable, message: "not imported: \(refusal)")
    }
  }

  private func encode(_ value: some Encodable) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(value)) }

  private func record(_ item: ImportItem, _ running: inout RunningImport) throws -> [OwnRecord] {
    switch item {
    case .step(let step):
      let (bytes, events) = try QueryDesk.content(step.bytes ?? "", step.events, input: true)
      guard step.text.utf8.count <= ImportLimits.text, step.operation.utf8.count <= 64, step.kind.utf8.count <= 256,
        step.reasons.count <= 8, step.reasons.allSatisfy({ $0.utf8.count <= 256 })
      else { throw QueryDesk.malformed("a step's words are too long") }
      try QueryDesk.check(step.claims)
      running.step += 1
      running.isAnswered = false
      let text = Array(step.text.utf8)
      let meta = RequestMeta(
        step: running.step, operation: step.operation, statementClass: step.statementClass, kind: step.kind,
        objects: [], reasons: step.reasons, risk: step.risk, verdict: .allow, rule: "imported",
        text: .part, transaction: "", claims: step.claims)
      return [
        OwnRecord(
          kind: .request, meta: try encode(MetaWithShell(meta, shell: step.events)), wire: bytes, text: text,
          claimedAt: running.time(events))
      ]
    case .input(let events, let bytes):
      let (content, times) = try QueryDesk.content(bytes, events, input: true)
      guard running.step > 0 else { throw QueryDesk.malformed("input before the first step") }
      return [
        OwnRecord(
          kind: .requestMore, meta: try encode(ShellMeta(step: running.step, shell: events)), wire: content,
          claimedAt: running.time(times))
      ]
    case .output(let events, let bytes, let outcome):
      let (content, times) = try QueryDesk.content(bytes, events, input: false)
      guard running.step > 0, !running.isAnswered else { throw QueryDesk.malformed("output outside of a step") }
      running.isAnswered = outcome != nil
      let meta = ResponseMeta(
        step: running.step, final: outcome != nil, tag: outcome?.tag, error: outcome?.error,
        timings: outcome?.took.map { Timings(held: 0, upstream: $0, gateway: 0) }, origin: "import")
      return [
        OwnRecord(
          kind: .response, meta: try encode(MetaWithShell(meta, shell: events)), wire: content,
          claimedAt: running.time(times))
      ]
    case .note(let topic, let detail):
      guard topic.utf8.count <= 64, detail.utf8.count <= ImportLimits.claim else {
        throw QueryDesk.malformed("a note is too long")
      }
      return [OwnRecord(kind: .note, meta: try encode(NoteMeta(topic: topic, detail: detail)))]
    }
  }

  private static func content(
    _ base64: String, _ events: String?, input: Bool
  ) throws -> (bytes: [UInt8], events: ShellEvents?) {
    guard let data = Data(base64Encoded: base64), data.count <= ImportLimits.bytes else {
      throw malformed("an item's bytes are not Base64, or more than \(ImportLimits.bytes)")
    }
    guard let events else { return (Array(data), nil) }
    guard let times = ShellEvents(events), times.list.count <= ImportLimits.events,
      times.list.reduce(0, { $0 + $1.bytes }) == data.count,
      times.list.allSatisfy({ event in
        switch event.kind {
        case .input, .marker: input
        case .output, .resize, .exit: !input
        }
      })
    else { throw malformed("an item's events are not those of its bytes") }
    return (Array(data), times)
  }

  private static func check(_ start: ImportStart) throws {
    let origin = start.origin
    let words = [start.proto, start.agent, start.target, origin.file, origin.format]
    guard words.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 512 }), origin.digest.utf8.count == 64,
      origin.digest.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }), origin.size >= 0
    else { throw malformed("an import names its file, digest, format, protocol and agent") }
    try check(start.claims)
  }

  private static func check(_ claims: [String: String]) throws {
    guard claims.count <= ImportLimits.claims,
      claims.allSatisfy({ $0.key.utf8.count <= 64 && $0.value.utf8.count <= ImportLimits.claim })
    else { throw malformed("too many claims, or too long ones") }
  }

  private static func malformed(_ message: String) -> QueryFailure { QueryFailure(code: .malformed, message: message) }
}

extension RunningImport {
  /// When something happened, by the file's own clock.
  fileprivate func time(_ events: ShellEvents?) -> Timestamp? {
    guard let first = events?.list.first, let recorded = origin.recorded else { return nil }
    return Timestamp(microseconds: recorded.microseconds &+ first.at)
  }
}
