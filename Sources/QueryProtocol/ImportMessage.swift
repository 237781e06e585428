import SessionModel

/// What an import says of its session at its start.
package struct ImportStart: Codable, Sendable, Equatable {
  package var origin: ImportOrigin
  package var proto: String
  package var agent: String
  package var target: String
  package var claims: [String: String]

  package init(origin: ImportOrigin, proto: String, agent: String, target: String, claims: [String: String] = [:]) {
    self.origin = origin
    self.proto = proto
    self.agent = agent
    self.target = target
    self.claims = claims
  }
}

/// One record's worth of an import. Bytes are Base64.
package enum ImportItem: Codable, Sendable, Equatable {
  /// Begins the next step.
  case step(ImportStep)
  /// What was typed, of the step that has begun.
  case input(events: String?, bytes: String)
  /// What came back, of the step that has begun; its end where there is an outcome.
  case output(events: String?, bytes: String, outcome: ImportOutcome?)
  case note(topic: String, detail: String)
}

package struct ImportStep: Codable, Sendable, Equatable {
  package var operation: String
  package var statementClass: StatementClass
  package var risk: Risk
  package var kind: String
  package var reasons: [String]
  /// At most `ImportLimits.text` bytes.
  package var text: String
  package var claims: [String: String]
  package var events: String?
  /// The request's bytes; the text itself where there are none of their own.
  package var bytes: String?

  package init(
    operation: String, statementClass: StatementClass = .unknown, risk: Risk = .low, kind: String = "",
    reasons: [String] = [], text: String, claims: [String: String] = [:], events: String? = nil, bytes: String? = nil
  ) {
    self.operation = operation
    self.statementClass = statementClass
    self.risk = risk
    self.kind = kind
    self.reasons = reasons
    self.text = text
    self.claims = claims
    self.events = events
    self.bytes = bytes
  }
}

package struct ImportOutcome: Codable, Sendable, Equatable {
  package var tag: String?
  package var error: ResponseError?
  /// Microseconds that the answer took, as the file says.
  package var took: Int64?

  package init(tag: String? = nil, error: ResponseError? = nil, took: Int64? = nil) {
    self.tag = tag
    self.error = error
    self.took = took
  }
}

package enum ImportLimits {
  /// Bytes of a step's text.
  package static let text = 16 << 10
  /// Bytes that one item carries. A request of the query socket holds it in Base64, with its events.
  package static let bytes = 24 << 10
  /// Events of one item.
  package static let events = 1000
  /// Claims of a step or a session, and bytes of one.
  package static let claims = 32
  package static let claim = 4096
  /// Imports under way at once.
  package static let sessions = 8
}

/// A stretch of a session's record as it is played: records in order, each with its events and bytes.
package struct RecordingPage: Codable, Sendable, Equatable {
  package struct Piece: Codable, Sendable, Equatable {
    /// Journal index.
    package var index: UInt64
    package var step: Int
    /// `ShellEvents.text`.
    package var events: String
    /// Base64.
    package var bytes: String
    /// The step's text, where this piece begins one.
    package var label: String?

    package init(index: UInt64, step: Int, events: String, bytes: String, label: String? = nil) {
      self.index = index
      self.step = step
      self.events = events
      self.bytes = bytes
      self.label = label
    }
  }

  /// Where it comes from; `nil` where it was not imported.
  package var origin: ImportOrigin?
  package var pieces: [Piece]
  /// What `after` of the next request is; `nil` at the end of what is there.
  package var next: UInt64?

  /// Bytes of one page, before Base64.
  package static let limit = 1 << 20

  package init(origin: ImportOrigin?, pieces: [Piece], next: UInt64?) {
    self.origin = origin
    self.pieces = pieces
    self.next = next
  }
}
