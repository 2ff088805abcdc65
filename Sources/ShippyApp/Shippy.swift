package import ArgumentParser
import Foundation
import ShippyCore

/// The root of the command tree.
package struct Shippy: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "shippy",
        abstract: "Create users, mail them and follow their events.",
        discussion: """
            shippy runs a users service and a notificator in one process, creates users, follows the user.created events that \
            this causes, and shows which service instances are live. On one machine it needs nothing else: it keeps everything \
            in one data directory.

            Examples:
              shippy up                              start the services (Ctrl-C ends them)
              shippy user create ada@example.com     in a second terminal: create a user
              shippy events tail --all               see the event
              shippy mail list                       see the welcome mail
              shippy registry list                   see which instances are live
              shippy registry tui                    watch them in a panel
              shippy status                          show overall status
              shippy config show --sources           show all settings

            Data goes to standard output, messages go to standard error.

            Files:
              $XDG_DATA_HOME/shippy, ~/.local/share/shippy
                                     the data directory, unless --home names another
              config.yaml            in the data directory: settings, as NAME: VALUE
              templates/             in the data directory: mail templates
              mail/                  in the data directory: the Maildir of sent mail

            Exit status:
            \(ExitStatus.list)
            """,
        version: Version.text,
        subcommands: [
            UpCommand.self, ServeCommand.self, UserCommand.self, EventsCommand.self, MailCommand.self, RegistryCommand.self,
            StatusCommand.self, ConfigCommand.self,
        ])

    package init() {}

    package static func main() async {
        // Files of ours are for their owner alone, whatever the shell's umask says.
        umask(0o077)
        // A closed pipe shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        let status = await Interruption.shared.exitStatus {
            do {
                try TypedArguments.requireUTF8()
                var command = try await asyncParseAsRoot()
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return ExitStatus.done.rawValue
            } catch {
                return ExitStatus.report(error)
            }
        }
        StandardError.shared.flush(within: .seconds(3))
        Foundation.exit(status)
    }
}
