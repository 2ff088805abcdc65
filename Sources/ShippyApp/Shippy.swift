package import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore

/// The root of the command tree.
package struct Shippy: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "shippy",
        abstract: "Run the users and mail services, and administer them.",
        discussion: """
            shippy runs two services in one process: a users service, which stores users and publishes a user.created event \
            for each, and a notificator, which mails them. It also administers both: it creates users, follows events, \
            inspects the mail queue and shows which service instances are alive. On one machine it needs no other server and \
            keeps everything in one data directory.

            Examples:
              shippy up                              start the services; Ctrl-C stops them
              shippy user create ada@example.com     in a second terminal: create a user
              shippy events tail --all               see the event
              shippy mail list                       see the welcome mail
              shippy events dead list                see events that a notificator gave up on
              shippy story ada@example.com           see everything that happened to her
              shippy registry list                   see which instances are alive
              shippy tui                             watch and administer everything in a console
              shippy status                          show overall status
              shippy config show --sources           show all settings
              shippy auth login ada@example.com      log in to services elsewhere
              shippy token list                      list the tokens of programs
              shippy audit list --since 1h           see who did what
              shippy backup shippy.tar.zst           copy users, events and mails into a file
              shippy move --to-store postgres://…    go on with PostgreSQL

            Data goes to standard output, messages to standard error.

            Files:
              $XDG_DATA_HOME/shippy  the data directory, unless --home is given
              ~/.local/share/shippy  the data directory if XDG_DATA_HOME is not set
              config.yaml            configuration file in the data directory, with lines NAME: VALUE
              shippy.db              SQLite database of users, events and mails, in the data directory
              registry.db            SQLite database of registered instances, in the data directory
              contexts.yaml          contexts and credentials, in $XDG_CONFIG_HOME/shippy or ~/.config/shippy
              templates/             mail templates in the data directory, which replace the built-in ones
              mail/                  Maildir of delivered mail, in the data directory

            Exit status:
            \(ExitStatus.list)
            """,
        version: Version.text,
        subcommands: [
            UpCommand.self, ServeCommand.self, UserCommand.self, EventsCommand.self, MailCommand.self, RegistryCommand.self,
            AuthCommand.self, SessionCommand.self, TokenCommand.self, KeyCommand.self, AuditCommand.self,
            StoryCommand.self, StatusCommand.self, DoctorCommand.self, BackupCommand.self, RestoreCommand.self, MoveCommand.self,
            TUICommand.self,
            ConfigCommand.self, ContextCommand.self, CertCommand.self,
        ])

    package init() {}

    package static func main() async {
        // Only the owner may read the files that shippy makes, whatever the shell's umask.
        umask(0o077)
        // Tokens and passwords are in memory as soon as the variables are.
        CoreDumps.disable()
        // A write to a closed pipe then fails instead of killing the process.
        signal(SIGPIPE, SIG_IGN)
        let status = await Interruption.shared.exitStatus {
            do {
                try TypedArguments.requireUTF8()
                let command = try await asyncParseAsRoot()
                // As a shell's tracing tools set it for what they run.
                try await Trace.with(ProcessInfo.processInfo.environment["TRACEPARENT"].nonEmpty) { try await run(command) }
                return ExitStatus.done.rawValue
            } catch {
                return ExitStatus.report(error)
            }
        }
        StandardError.shared.flush(within: .seconds(3))
        Foundation.exit(status)
    }

    private static func run(_ command: any ParsableCommand) async throws {
        var command = command
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }
}
