import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Shows and carries out what policies delete, and keeps sessions from it.",
    discussion: """
      A policy ([[retention]] in steno.toml) says how long the bodies of what a connection, or a class of its requests, recorded are kept.
      Then they are deleted for good; that there was a record, when, and that it is proven stays. The recorder carries
      policies out by itself once a day; a legal hold stops that for some sessions, whatever a policy says.

      Examples:
        steno retention plan
        steno retention hold s-80c2 --reason "case 4711"
        steno retention hold 'agent:billing-fixer after:2026-03-01' --reason "case 4711"
        steno retention release h-3fa20d11 --reason "case closed"
        steno retention run
      """,
    subcommands: [Plan.self, Run.self, Holds.self, Hold.self, Release.self])

  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows what would go if retention ran now, and deletes nothing.")

    @Flag(help: "One JSON object.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("retention plan")
      guard case .retention(let plan) = try await client.request(.retention(.plan)) else {
        throw CommandFailure.unexpectedAnswer
      }
      await client.close()
      if json { return try StandardOutput.json(plan) }
      RetentionText.lines(plan).forEach(StandardOutput.line)
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes what is due now, and records that.",
      discussion: "Only the recorder's own user and approvers may.")

    @Flag(help: "One JSON object.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("retention run")
      guard case .retention(let plan) = try await client.request(.retention(.run)) else {
        throw CommandFailure.unexpectedAnswer
      }
      await client.close()
      if json { return try StandardOutput.json(plan) }
      RetentionText.lines(plan).forEach(StandardOutput.line)
    }
  }

  struct Holds: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the legal holds that stand.")

    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("retention holds")
      let holds = try await client.holds(.holds)
      await client.close()
      for hold in holds {
        if json { try StandardOutput.json(hold) } else { StandardOutput.line(RetentionText.line(hold)) }
      }
    }
  }

  struct Hold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keeps a session, or all that a query finds now and later, from being deleted.")

    @Argument(help: "A session, or a query of the search language.") var what: String
    @Option(help: "Why; it is on record.") var reason: String
    @Flag(help: "One JSON object.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("retention hold")
      let holds = try await client.holds(.hold(what: what, reason: reason))
      await client.close()
      for hold in holds {
        if json { try StandardOutput.json(hold) } else { StandardOutput.line(RetentionText.line(hold)) }
      }
    }
  }

  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lifts a legal hold.")

    @Argument(help: "The hold's identifier, or the session or query that it was placed on.") var what: String
    @Option(help: "Why; it is on record.") var reason: String
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let client = try await config.connect("retention release")
      let holds = try await client.holds(.release(what: what, reason: reason))
      await client.close()
      for hold in holds {
        if json { try StandardOutput.json(hold) } else { StandardOutput.line("lifted " + RetentionText.line(hold)) }
      }
    }
  }
}

extension RecorderClient {
  fileprivate func holds(_ verb: RetentionVerb) async throws -> [LegalHold] {
    guard case .holds(let holds) = try await request(.retention(verb)) else { throw CommandFailure.unexpectedAnswer }
    return holds
  }
}
