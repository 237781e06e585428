import SessionModel
import Signatures
import Testing

@Suite("A decision held against the request that waits")
struct DecisionCheckTests {
  static let pair = SSHPrivateKey()
  static let other = SSHPrivateKey()
  static let now = Timestamp(microseconds: 1_800_000_000_000_000)
  static let expires = now.adding(microseconds: 60_000_000)
  static let leaf = LeafHash(bytes: [UInt8](repeating: 7, count: 32))

  static var check: DecisionCheck {
    DecisionCheck(
      origin: "host/steno", session: SessionID(rawValue: 9), request: leaf, nonce: "00112233445566778899aabbccddeeff",
      expires: expires, requesters: ["bot", "finance"],
      approvers: [
        ApproverKey(name: "alice", key: pair.publicKey, user: "al"), ApproverKey(name: "bob", key: other.publicKey),
        ApproverKey(name: "carol", key: nil, user: "cc"), ApproverKey(name: "Finance", key: pair.publicKey),
      ], acceptsUnsigned: true)
  }

  static func statement(_ change: (inout ApprovalStatement) -> Void = { _ in }) -> ApprovalStatement {
    var statement = ApprovalStatement(
      origin: "host/steno", session: SessionID(rawValue: 9), request: leaf, approves: true, approver: "alice",
      reason: "checked", expires: expires, nonce: "00112233445566778899aabbccddeeff")
    change(&statement)
    return statement
  }

  static func verdict(
    _ statement: ApprovalStatement, by pair: SSHPrivateKey = pair, namespace: String = ApprovalStatement.namespace,
    approves: Bool = true, reason: String = "checked", at now: Timestamp = now, check: DecisionCheck = check
  ) throws(DecisionFault) -> String {
    let text = statement.text
    return try check.signed(
      statement: text, signature: pair.sign(Array(text.utf8), namespace: namespace)?.armoured ?? "",
      approves: approves, reason: reason, at: now)
  }

  @Test("Signed by the approver's own key for this request it counts")
  func counts() throws {
    #expect(try Self.verdict(Self.statement()) == "alice")
    #expect(try Self.verdict(Self.statement { $0.approves = false }, approves: false) == "alice")
  }

  @Test("The rule says who decides, when those who come second do, and whether the glass may be broken")
  func law() throws {
    var check = Self.check
    check.law = ApprovalLaw(approvers: ["bob"], escalation: .init(after: 10, to: ["alice"]))
    check.waited = 9
    #expect(throws: DecisionFault.notOfTheRule) { try Self.verdict(Self.statement(), check: check) }
    check.waited = 10
    #expect(try Self.verdict(Self.statement(), check: check) == "alice")
    let glass = Self.statement { $0.breaksGlass = true }
    #expect(throws: DecisionFault.noGlass) { try Self.verdict(glass, check: check) }
    check.law.breakGlass = true
    check.requesters = ["alice"]
    #expect(try Self.verdict(glass, check: check) == "alice")
    #expect(throws: DecisionFault.ownRequest) { try Self.verdict(Self.statement(), check: check) }
  }

  @Test("To ask others is signed as that, by who may decide, and is neither an approval nor a denial")
  func escalates() throws {
    let statement = Self.statement {
      $0.approves = false
      $0.escalates = true
    }
    #expect(statement.text.contains("\ndecision escalate\n"))
    #expect(ApprovalStatement(statement.text) == statement)
    #expect(throws: DecisionFault.otherDecision) { try Self.verdict(statement, approves: false) }
    #expect(throws: DecisionFault.otherDecision) { try Self.verdict(statement) }
    let armoured = Self.pair.sign(Array(statement.text.utf8), namespace: ApprovalStatement.namespace)?.armoured ?? ""
    func asked(_ check: DecisionCheck) throws(DecisionFault) -> String {
      try check.signed(
        statement: statement.text, signature: armoured, approves: false, reason: "checked", at: Self.now,
        escalates: true)
    }
    #expect(try asked(Self.check) == "alice")
    var other = Self.check
    other.law = ApprovalLaw(approvers: ["bob"], escalation: .init(after: 10, to: ["alice"]))
    #expect(throws: DecisionFault.notOfTheRule) { try asked(other) }
    let isFirst = other.law.escalate(waited: 3)
    #expect(isFirst)
    other.waited = 3
    #expect(try asked(other) == "alice")
    let isAgain = other.law.escalate(waited: 4)
    #expect(!isAgain)
  }

  @Test("A grant for any value needs a normal form, and is part of what is signed")
  func anyValue() throws {
    let grant = ApprovalGrant(count: 2, until: Self.now.adding(microseconds: 1_000_000), anyValue: true)
    let statement = Self.statement { $0.grant = grant }
    #expect(ApprovalStatement(statement.text)?.grant == grant)
    #expect(ApprovalStatement(statement.text + "break-glass yes\n") == nil)
    #expect(throws: DecisionFault.noNormalForm) { try Self.verdict(statement) }
    var check = Self.check
    check.hasNormalForm = true
    #expect(try Self.verdict(statement, check: check) == "alice")
  }

  @Test(
    "Each part of the statement binds",
    arguments: [
      Change(.otherLog) { $0.origin = "host/other" },
      Change(.otherSession) { $0.session = SessionID(rawValue: 10) },
      Change(.otherRequest) { $0.request = .none },
      Change(.replayed) { $0.nonce = "10112233445566778899aabbccddeeff" },
      Change(.otherDecision) { $0.approves = false },
      Change(.otherReason) { $0.reason = ApprovalStatement.digest(ofReason: "other") },
      Change(.stale) { $0.expires = $0.expires.adding(microseconds: 1) },
      Change(.unknownApprover) { $0.approver = "mallory" },
      Change(.unknownApprover) { $0.approver = "carol" },
      Change(.wrongKey) { $0.approver = "bob" },
      Change(.ownRequest) { $0.approver = "Finance" },
      Change(.malformed) { $0.nonce += "\nnonce x" },
      Change(.malformed) { $0.origin = String(repeating: "o", count: 2000) },
    ])
  func binds(change: Change) {
    #expect(throws: change.fault) { try Self.verdict(Self.statement(change.apply)) }
  }

  @Test("A stale decision, another namespace, another key and another's signature are told apart")
  func refusals() throws {
    #expect(throws: DecisionFault.stale) { try Self.verdict(Self.statement(), at: Self.expires) }
    #expect(throws: DecisionFault.otherNamespace) { try Self.verdict(Self.statement(), namespace: "git") }
    #expect(throws: DecisionFault.wrongKey) { try Self.verdict(Self.statement(), by: Self.other) }
    let elsewhere = try #require(Self.pair.sign([1], namespace: ApprovalStatement.namespace)).armoured
    #expect(throws: DecisionFault.forged) {
      try Self.check.signed(
        statement: Self.statement().text, signature: elsewhere, approves: true, reason: "checked", at: Self.now)
    }
    #expect(throws: DecisionFault.malformedSignature) {
      try Self.check.signed(
        statement: Self.statement().text, signature: "", approves: true, reason: "checked", at: Self.now)
    }
  }

  @Test("An approver who has been revoked decides nothing, with the same key")
  func revoked() {
    var check = Self.check
    check.approvers.removeAll { $0.name == "alice" }
    #expect(throws: DecisionFault.unknownApprover) { try Self.verdict(Self.statement(), check: check) }
  }

  @Test("Without a signature only an approver without a key decides, and only in a trial")
  func unsigned() throws {
    #expect(try Self.check.unsigned(by: "carol", user: "cc", at: Self.now) == "carol")
    #expect(throws: DecisionFault.unsigned) { try Self.check.unsigned(by: "alice", user: "al", at: Self.now) }
    #expect(throws: DecisionFault.unknownApprover) { try Self.check.unsigned(by: "x", user: "x", at: Self.now) }
    #expect(throws: DecisionFault.ownRequest) { try Self.check.unsigned(by: "carol", user: "bot", at: Self.now) }
    #expect(throws: DecisionFault.stale) { try Self.check.unsigned(by: "carol", user: "cc", at: Self.expires) }
    var walls = Self.check
    walls.acceptsUnsigned = false
    #expect(throws: DecisionFault.unsigned) { try walls.unsigned(by: "carol", user: "cc", at: Self.now) }
    var nobody = Self.check
    nobody.approvers = []
    #expect(try nobody.unsigned(by: "root", user: "root", at: Self.now) == "root")
    #expect(throws: DecisionFault.ownRequest) { try nobody.unsigned(by: "BOT", user: "root", at: Self.now) }
  }

  @Test("A statement reads back as it was written, and in no other way")
  func statementText() {
    let statement = Self.statement()
    #expect(ApprovalStatement(statement.text) == statement)
    let bytes = Array(statement.text.utf8)
    for length in bytes.indices {
      #expect(ApprovalStatement(String(decoding: bytes[..<length], as: UTF8.self)) == nil)
    }
    #expect(ApprovalStatement(statement.text + "\n") == nil)
    #expect(ApprovalStatement(statement.text.replacingOccurrences("approve\n", "approved\n")) == nil)
  }
}

/// One part of a statement made to say something else, and the name under which that is refused.
struct Change: Sendable {
  var fault: DecisionFault
  var apply: @Sendable (inout ApprovalStatement) -> Void

  init(_ fault: DecisionFault, _ apply: @escaping @Sendable (inout ApprovalStatement) -> Void) {
    self.fault = fault
    self.apply = apply
  }
}

extension String {
  fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
