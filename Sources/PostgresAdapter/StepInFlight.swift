import Policy

/// What the answer to a step needs to know of its request.
struct StepInFlight: Sendable {
  var step: Int
  /// Microseconds of the monotonic clock.
  var arrived: Int64
  var sent: Int64
  var held: Int64 = 0
  /// Statements in its text.
  var statements: Int = 1
  /// What its answer may be of.
  var touched = TouchedObjects()
  /// What the client is told in place of the error of the gateway's own statement.
  var refusal: Refusal?
}

/// Why a request does not pass, as the client reads it.
struct Refusal: Sendable, Equatable {
  var code: String
  var message: String
  var detail: String?
  var hint: String?
}
