import SessionModel

/// Everything that can happen to the console: keys, time, size, and data.
package enum Action: Equatable, Sendable {
  case key(Key)
  case pasted(String)
  case focus(Bool)
  case resized(Size)
  case tick(Timestamp)
  case connected(Caller)
  case disconnected(reason: String)
  case sessions([SessionSummary], query: String?)
  case session(SessionSummary?)
  case steps(SessionID, [StepView], after: Int)
  case step(StepView?)
  case table(SessionID, step: Int, ResultTable)
  case wire(SessionID, step: Int, side: ByteSide, bytes: [UInt8], offset: Int, total: Int)
  case hits(query: String, [SearchHit], before: UInt64?, next: UInt64?)
  case count(query: String, Int)
  case approvals([ApprovalView])
  case decided(ApprovalView)
  case ended(SessionID)
  case signals(Signals)
  case tail([TailEvent])
  case code(token: String, random: UInt64)
  case failed(Command, message: String)
}
