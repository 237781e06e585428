import ArgumentParser
import Configuration
import QueryProtocol
import RecorderClient
import SessionModel

struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Lets a held request run.",
    discussion: """
      The decision is signed with the approver's key: --key FILE, else the one that `steno init` made beside the configuration, else
      ssh-agent's. The reason is recorded and shown to the agent. Exit code 3: no longer pending; 4: not allowed to.

      Example:
        steno approve 9c1e41d7 --reason 'ticket OPS-4411, count checked'
      """)

  @Option(help: "Lets the same request, byte for byte, run so many times more.") var grant: Int?
  @Option(name: .customLong("for"), help: "How long the grant is good for; with --grant, 1h without it.")
  var duration: String?
  @Flag(help: "The grant is for every text of the same shape, whatever its values; steno approvals shows it.")
  var anyValue = false
  @Flag(
    help: "Approves alone, or your own request, where the rule says break_glass = true. It is marked on record.")
  var breakGlass = false
  @OptionGroup var decision: DecisionArguments

  func validate() throws {
    if anyValue, grant == nil { throw ValidationError("--any-value goes with --grant COUNT") }
    if breakGlass, grant != nil {
      throw ValidationError("--break-glass gives no grant: approve the next one by itself")
    }
    if let grant, !(1...ApprovalGrant.countLimit).contains(grant) { throw ValidationError("--grant is 1 to 1000") }
    if duration != nil, grant == nil { throw ValidationError("--for goes with --grant COUNT") }
    if let duration {
      guard let time = ConfigurationUnits.microseconds(duration), time > 0, time <= ApprovalGrant.timeLimit else {
        throw ValidationError("--for is a duration such as 30m or 1h, of at most 30d")
      }
    }
  }

  func run() async throws {
    let time = duration.flatMap(ConfigurationUnits.microseconds) ?? 3_600_000_000
    try await decision.decide(
      approve: true,
      grant: grant.map {
        ApprovalGrant(count: $0, until: Timestamp.now.adding(microseconds: time), anyValue: anyValue)
      }, breaksGlass: breakGlass)
  }
}

struct DenyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deny", abstract: "Refuses a held request; the agent is told why.",
    discussion: """
      Exit code 3: no longer pending; 4: not allowed to.

      Example:
        steno deny 9c1e41d7 --reason 'wrong table'
      """)

  @OptionGroup var decision: DecisionArguments

  func run() async throws {
    try await decision.decide(approve: false)
  }
}

struct EscalateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "escalate", abstract: "Lets those decide a held request at once whom its rule would ask later.",
    discussion: """
      The rule's `escalate` names them. It decides nothing: the request goes on waiting, and they are told. Signed and recorded
      like a decision. Exit code 3: no longer pending; 4: not allowed to, or its rule names nobody.

      Example:
        steno escalate 9c1e41d7 --reason 'beyond what I can judge'
      """)

  @OptionGroup var decision: DecisionArguments

  func run() async throws {
    let signer = DecisionSigner(try decision.config.load(), keyFile: decision.key, mayAsk: true)
    let client = try await decision.config.connect("escalate")
    let view = try await signer.escalate(client, decision.id, reason: decision.reason)
    if decision.json {
      try StandardOutput.json(ApprovalLine(view))
    } else {
      let others = view.law?.escalation?.to.joined(separator: ", ") ?? ""
      StandardOutput.line("\(view.id) waits, from now on for \(Shown.line(others, limit: 300)) as well")
    }
    await client.close()
  }
}

struct DecisionArguments: ParsableArguments {
  @Argument(help: "The request, as `steno approvals` names it.") var id: String
  @Option(help: "Why; it is recorded.") var reason: String
  @Option(help: "The key to sign with: a private key's file, or a .pub of one in ssh-agent.") var key: String?
  @Flag(help: "Prints the decided request as JSON.") var json = false
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    try checkReason(reason)
  }

  func decide(approve: Bool, grant: ApprovalGrant? = nil, breaksGlass: Bool = false) async throws {
    let signer = DecisionSigner(try config.load(), keyFile: key, mayAsk: true)
    let client = try await config.connect(approve ? "approve" : "deny")
    let view = try await signer.decide(
      client, id, approve: approve, reason: reason, grant: grant, breaksGlass: breaksGlass)
    if json {
      try StandardOutput.json(ApprovalLine(view))
    } else {
      let word = view.outcome == .waiting ? ApprovalText.progress(view) : view.outcome.rawValue
      StandardOutput.line("\(view.id) \(word): session \(view.session) step \(view.step)")
    }
    await client.close()
  }
}

struct EndCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "end", abstract: "Ends a live session.",
    discussion: """
      Example:
        steno end s-80c2 --reason 'runaway agent'
      """)

  @Argument(help: "The session, or the first digits of it.") var session: String
  @Option(help: "Why; it is recorded.") var reason: String
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    try checkReason(reason)
  }

  func run() async throws {
    let client = try await config.connect("end")
    let summary = try await client.summary(session)
    guard case .ended(let id) = try await client.request(.end(session: summary.id, reason: reason)) else {
      throw CommandFailure.unexpectedAnswer
    }
    StandardOutput.line("\(id) is being ended")
    await client.close()
  }
}

private func checkReason(_ reason: String) throws {
  guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--reason must say something") }
  guard reason.utf8.count <= 2000 else { throw ValidationError("--reason has over 2000 bytes") }
}
