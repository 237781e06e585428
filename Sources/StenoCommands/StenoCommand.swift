import ArgumentParser

/// The root of the command line.
package struct StenoCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "steno", abstract: "A stenographer for AI agents: records, holds and replays what they do.",
    discussion: """
      Examples:
        steno demo                                   a whole world to look at
        steno init DIR --postgres orders=postgresql://user:secret@host:5432/orders
        steno up DIR
        psql "$(steno url DIR orders)"
        steno sessions --live
      """,
    subcommands: [
      ConsoleCommand.self,
      DemoCommand.self,
      InitCommand.self,
      ConnectionCommand.self,
      AgentCommand.self,
      ApproverCommand.self,
      UpCommand.self,
      UrlCommand.self,
      SessionsCommand.self,
      ShowCommand.self,
      TailCommand.self,
      SearchCommand.self,
      ReplayCommand.self,
      ImportCommand.self,
      NotesCommand.self,
      NoteCommand.self,
      SignalsCommand.self,
      AuditCommand.self,
      UnsealCommand.self,
      ApprovalsCommand.self,
      ApproveCommand.self,
      DenyCommand.self,
      EscalateCommand.self,
      GrantsCommand.self,
      EndCommand.self,
      VerifyCommand.self,
      RetentionCommand.self,
      ExportCommand.self,
      KeysCommand.self,
      UnitsCommand.self,
      ClassifyCommand.self,
      PolicyCommand.self,
      MaskCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)

  package init() {}
}
