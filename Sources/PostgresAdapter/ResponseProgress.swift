import SessionModel

/// What has come back of the step that the server is answering.
struct ResponseProgress: Sendable {
  var step = 0
  /// Sub-step of a multi-statement query, 0 where there is one statement.
  var sub = 0
  var rows = 0
  /// Of them, those that were counted as leaving.
  var counted = 0
  var tag: String?
  var error: ResponseError?
  var notices = 0
  var transaction: TransactionState?
  var origin = ResponseProgress.target
  var notRun = 0
  /// The next message begins the next result of a multi-statement query.
  var resultEnded = false
  var inFlight: StepInFlight?

  static let target = "target"
  static let gateway = "gateway"
}
