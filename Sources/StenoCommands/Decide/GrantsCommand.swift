import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct GrantsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grants", abstract: "Lists and revokes leave to run the same request again.",
    discussion: """
      A grant is given with `steno approve ID --grant COUNT --for 1h`: for the exact bytes, by the same principal on the same connection.

      Examples:
        steno grants --json
        steno grants revoke 9c1e41d7 --reason 'migration is done'
      """,
    subcommands: [List.self, Revoke.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists grants, newest first.")

    @Flag(help: "Also those that are used up, over or revoked.") var all = false
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("grants")
      let now = Timestamp.now
      let list = try await client.approvals(all: true).compactMap(GrantLine.init).filter {
        all || $0.grant.isActive(at: now)
      }
      if json {
        for line in list { try StandardOutput.json(line) }
      } else if list.isEmpty {
        StandardOutput.line("no grants")
      } else {
        for line in list { line.text(at: now).forEach(StandardOutput.line) }
      }
      await client.close()
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Ends a grant, and the sessions that have used it.")

    @Argument(help: "The grant, as `steno grants` names it.") var id: String
    @Option(help: "Why; it is recorded.") var reason: String
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("grants revoke")
      guard case .decided(let view) = try await client.request(.revokeGrant(approval: id, reason: reason)) else {
        throw CommandFailure.unexpectedAnswer
      }
      StandardOutput.line("\(view.id) is revoked; sessions that have used it are being ended")
      await client.close()
    }
  }
}

/// A grant as `--json` prints it.
struct GrantLine: Encodable {
  let id: String
  let principal: String
  let connection: String
  let request: String
  let normal: String?
  let by: String?
  let reason: String?
  let grant: GrantView

  init?(_ approval: ApprovalView) {
    guard let grant = approval.grant, approval.outcome == .approved else { return nil }
    id = approval.id
    principal = approval.principal
    connection = approval.connection
    request = approval.text
    normal = approval.normal
    by = approval.by
    reason = approval.reason
    self.grant = grant
  }

  private enum Keys: String, CodingKey {
    case id, principal, connection, text, by, reason, count, used, until, revoked, active, normal
    case anyValue = "any_value"
    case revokedBy = "revoked_by"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(id, forKey: .id)
    try container.encode(principal, forKey: .principal)
    try container.encode(connection, forKey: .connection)
    try container.encode(request, forKey: .text)
    try container.encode(by, forKey: .by)
    try container.encode(reason, forKey: .reason)
    try container.encode(grant.anyValue ?? false, forKey: .anyValue)
    try container.encode(grant.anyValue ?? false ? normal : nil, forKey: .normal)
    try container.encode(grant.count, forKey: .count)
    try container.encode(grant.used, forKey: .used)
    try container.encode(grant.until, forKey: .until)
    try container.encode(grant.revoked, forKey: .revoked)
    try container.encode(grant.revokedBy, forKey: .revokedBy)
    try container.encode(grant.isActive(at: .now), forKey: .active)
  }

  func text(at now: Timestamp) -> [String] {
    let state =
      if let by = grant.revokedBy { "revoked by \(Shown.line(by, limit: 80))" } else if grant.isActive(at: now) {
        "active"
      } else { "over" }
    return [
      "\(id)  \(state)  used \(grant.used) of \(grant.count), until \(Shown.time(grant.until)), by \(Shown.line(by ?? "", limit: 200))",
      "  \(Shown.line(principal, limit: 80)) on \(Shown.line(connection, limit: 80)): "
        + (grant.anyValue ?? false ? "any value for $1, $2 … in" : "exactly"),
    ] + Shown.block(grant.anyValue ?? false ? normal ?? request : request, indent: "    ")
  }
}
