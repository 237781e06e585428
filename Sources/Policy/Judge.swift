import SQLSyntax
import SessionModel

/// Reads a request's text, assesses its risk, and decides by the first rule that fits.
///
/// Pure but for a bounded cache of readings by text without its literals; safe to share between event loops.
package final class Judge: Sendable {
  package let rules: RuleSet
  private let compiled: [CompiledRule]
  private let classifier: SQLClassifier
  /// `nil` where a line of the configuration's programs cannot be read: then every command line is `unknown`.
  private let shell: ShellClassifier?
  private let cache = ReadingCache()
  private let maskedUse: MaskedUseReader

  /// - Parameter limits: What of a statement is parsed; anything over them is `unknown`.
  package init(rules: RuleSet, limits: SyntaxLimits = SyntaxLimits()) {
    self.rules = rules
    compiled = rules.rules.map(CompiledRule.init)
    classifier = SQLClassifier(limits: limits)
    maskedUse = MaskedUseReader(limits: limits)
    var programs = ProgramTable.standard
    do {
      try programs.add(rules.programs.joined(separator: "\n"))
      shell = ShellClassifier(programs: programs)
    } catch {
      shell = nil
    }
  }

  /// Whether judging this text takes microseconds and no thread: then it may happen on an event loop.
  package func isCheap(_ text: String) -> Bool {
    classifier.syntax.isDirect(text)
  }

  package func judge(_ request: JudgeRequest) -> Judgement {
    var claims: [String: String] = [:]
    var asksFunctions = false
    var reading: SQLReading
    var use: MaskedUse?
    if request.proto != "postgres" {
      reading = Classify.reading(protocol: request.proto, text: request.text, context: request.context, shell: shell)
    } else if request.unusualSettings {
      reading = .unknown("unusual_settings")
    } else {
      let first = read(request, claims: &claims)
      asksFunctions = first.callsUnknown || !first.builtIns.isEmpty || !first.qualifiedColumns.isEmpty
      if let functions = request.functions,
        first.callsUnknown || functions.shadows(first.builtIns) || functions.actsAsColumn(first.qualifiedColumns)
      {
        reading = classifier.read(
          request.text, context: request.context, functions: functions, vouches: !request.functionsDoubted)
      } else {
        reading = first
      }
    }
    if let names = request.masked, request.proto == "postgres" {
      use = maskedUse.read(request.text, objects: reading.facts.objects, names)
      for reason in MaskedUse.Reason.allCases where use?.reasons.contains(reason) ?? false {
        reading.facts.reasons.append(reason.rawValue)
      }
    }
    var judgement = decide(request, reading, claims)
    judgement.maskedUse = use
    judgement.asksFunctions = asksFunctions
    judgement.isVouched = reading.isVouched
    if judgement.verdict == .hold, request.proto == "postgres" { shape(&judgement, request.text) }
    return judgement
  }

  /// Bytes of the longest normal form that a grant can be for.
  private static let longestNormal = 4096

  /// What makes it one of many alike. A text that cannot be parsed is like no other.
  private func shape(_ judgement: inout Judgement, _ text: String) {
    guard text.utf8.count <= 4 * Self.longestNormal else { return }
    judgement.fingerprint = try? classifier.syntax.fingerprint(text)
    // Of what PostgreSQL does not parse as a statement with values, a password among it, nothing is taken out: such texts, and
    // those that name a value where the normal form keeps it, have no other grant than that for their bytes.
    guard let normal = try? classifier.syntax.normalised(text), normal.utf8.count <= Self.longestNormal else { return }
    judgement.normal = normal
  }

  private func read(_ request: JudgeRequest, claims: inout [String: String]) -> SQLReading {
    var text = request.text
    let cached = text.withUTF8 { bytes -> SQLReading? in
      guard bytes.count <= LiteralFreeKey.maximumBytes else { return nil }
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(bytes.count, 1)) { buffer -> SQLReading? in
        guard let key = LiteralFreeKey(bytes, into: buffer, seed: cache.seed) else { return nil }
        let written = UnsafeBufferPointer(rebasing: buffer[..<key.count])
        var found: SQLReading
        if let entry = cache.reading(written, hash: key.hash) {
          found = entry.reading
          found.weighDisguises(in: request.text)
        } else {
          found = classifier.read(request.text, context: request.context)
          if found.anyLiterals, found.contextAfter == nil {
            cache.insert(.init(key: Array(written), hash: key.hash, reading: found))
          }
        }
        for comment in key.comments {
          TraceComment.read(UnsafeBufferPointer(rebasing: bytes[comment]), into: &claims)
        }
        return found
      }
    }
    if let cached { return cached }
    let reading = classifier.read(request.text, context: request.context)
    if text.utf8.contains(UInt8(ascii: "*")) {
      let comments = classifier.syntax.blockComments(text)
      text.withUTF8 { bytes in
        for comment in comments where comment.upperBound <= bytes.count {
          TraceComment.read(UnsafeBufferPointer(rebasing: bytes[comment]), into: &claims)
        }
      }
    }
    return reading
  }

  /// The trace id of a W3C `traceparent`: `00-TRACE-SPAN-FLAGS`.
  package static func run(ofTraceParent text: String) -> String? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count >= 4 && parts[1].utf8.count == 32 ? parts[1].lowercased() : nil
  }

  private func decide(_ request: JudgeRequest, _ reading: SQLReading, _ claims: [String: String]) -> Judgement {
    let facts = reading.facts
    let context = reading.contextAfter ?? request.context
    let failed = reading.contextIfFailed ?? request.context
    let risk = RiskAssessment.risk(of: facts)
    let run = claims["traceparent"].flatMap(Self.run(ofTraceParent:)) ?? request.run
    var restsOnRows = false
    for candidate in compiled where candidate.matches(request, reading, run: run) {
      let rule = candidate.rule
      if let bound = rule.when.estimatedRows {
        restsOnRows = true
        guard request.planned.isOver(bound) else { continue }
      }
      let verdict: Verdict =
        switch rule.then {
        case .allow: .allow
        case .hold: .hold
        case .deny, .end: .deny
        }
      var judgement = Judgement(
        facts: facts, risk: risk, verdict: verdict, rule: rule.name, explanation: rule.reason, holdFor: rule.expires,
        quorum: rule.quorum, claims: claims, context: context, contextIfFailed: failed,
        unusualSetting: reading.unusualSetting)
      judgement.run = run
      if let limit = rule.when.returned {
        judgement.explanation = rule.reason ?? limit.words
        judgement.facts.reasons.append("returned_\(limit.measure.rawValue)")
        if risk == .low { judgement.risk = .medium }
      }
      judgement.law = rule.law
      judgement.restsOnRows = restsOnRows
      if rule.when.estimatedRows != nil {
        judgement.asksRows = request.planned == .unasked
        judgement.facts.reasons.append(request.planned.reason)
        if risk == .low { judgement.risk = .medium }
      }
      return judgement
    }
    // What is masked would be there for everybody to read.
    let moves = facts.reasons.contains(MaskedUse.Reason.copy.rawValue)
    let verdict: Verdict = !moves && reading.classes.allSatisfy { $0 == .read || $0 == .write } ? .allow : .hold
    var judgement = Judgement(
      facts: facts, risk: risk, verdict: verdict, rule: "default", claims: claims, context: context,
      contextIfFailed: failed, unusualSetting: reading.unusualSetting)
    judgement.run = run
    judgement.restsOnRows = restsOnRows
    return judgement
  }
}
