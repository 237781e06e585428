/// What the gateway understood of a response, or of a part of one.
package struct ResponseMeta: Codable, Equatable, Sendable {
  package var step: Int
  /// Results of one multi-statement query are sub-steps n.1, n.2; 0 where there is one.
  package var sub: Int
  /// False for all but the last record of this (sub-)step.
  package var final: Bool
  /// Rows seen so far in this (sub-)step.
  package var rows: Int
  package var tag: String?
  package var error: ResponseError?
  package var notices: Int
  /// Microseconds. Set on the last record.
  package var timings: Timings?
  /// Transaction state after it, where known.
  package var transaction: String?
  /// `gateway` where the gateway answered itself, else `target`.
  package var origin: String
  /// Statements of a multi-statement query that were never reached.
  package var notRun: Int
  /// What was masked in this record; `nil` where nothing was looked at.
  package var masks: ResponseMasking?

  package init(
    step: Int, sub: Int = 0, final: Bool, rows: Int = 0, tag: String? = nil, error: ResponseError? = nil,
    notices: Int = 0, timings: Timings? = nil, transaction: String? = nil, origin: String = "target", notRun: Int = 0,
    masks: ResponseMasking? = nil
  ) {
    self.step = step
    self.sub = sub
    self.final = final
    self.rows = rows
    self.tag = tag
    self.error = error
    self.notices = notices
    self.timings = timings
    self.transaction = transaction
    self.origin = origin
    self.notRun = notRun
    self.masks = masks
  }

  enum CodingKeys: String, CodingKey {
    case step, sub, final, rows, tag, error, notices, timings, transaction, origin, masks
    case notRun = "not_run"
  }
}

/// An error of the target or of the gateway, in the protocol's own terms.
package struct ResponseError: Codable, Equatable, Sendable {
  /// SQLSTATE, HTTP status or exit code.
  package var code: String
  package var message: String

  package init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// Where a step's time went, in microseconds.
package struct Timings: Codable, Equatable, Sendable {
  /// Waiting for a person.
  package var held: Int64
  /// From the request's first byte sent to the target to the answer's last byte back.
  package var upstream: Int64
  /// All else between the request's arrival and the answer's departure: parsing, recording, waiting for the disk.
  package var gateway: Int64

  package init(held: Int64, upstream: Int64, gateway: Int64) {
    self.held = held
    self.upstream = upstream
    self.gateway = gateway
  }
}
