import SessionModel

enum Samples {
  static let at = Timestamp(microseconds: 1_800_000_000_000_000)

  static let session = SessionSummary(
    id: SessionID(rawValue: 7), agent: "a", principal: "a", onBehalfOf: nil, connection: "orders", proto: "postgres",
    state: .live, capture: .strict, trial: true, steps: 1, held: 0, denied: 0, masked: 0, started: at, ended: nil,
    waiting: 0, risk: .low, lastActivity: at, lastText: "", lastVerdict: nil, lastRule: nil, target: "t", database: nil,
    endReason: nil)

  static let approval = ApprovalView(
    id: "9c1e41d7", session: SessionID(rawValue: 7), step: 2, agent: "a", principal: "a", onBehalfOf: "finance",
    connection: "orders", statementClass: .destructive, risk: .high, text: "DROP TABLE t", values: [nil, "x"],
    commitment: "00", since: at, expires: at, rule: "r", kind: "drop_table", objects: ["t"], reasons: ["drop"],
    quorum: 1, transactionOpen: nil, thought: nil, target: "t", targetUser: nil, trial: true, outcome: .waiting,
    by: nil,
    reason: nil, decided: nil, leaf: .none, nonce: "9c1e41d70000")
}
