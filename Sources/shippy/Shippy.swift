import ArgumentParser
import Foundation
import ShippyCore

@main
struct Shippy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shippy",
        abstract: "Users, their mail and their events: services and the command that runs them.",
        discussion: """
            shippy runs a users service and a notificator in its own process, creates users, follows the user.created events \
            that this causes, and shows which service instances live. On one machine it needs nothing else: everything is kept \
            in one data directory ($SHIPPY_HOME, by default ~/.local/share/shippy).

            Start here:
              shippy up                              start the services (Ctrl-C ends them)
              shippy user create ada@example.com     in a second terminal: create a user
              shippy events tail --all               see the event
              shippy mail list                       see the welcome mail
              shippy registry list                   see which instances live
              shippy registry tui                    watch them in a panel
              shippy status                          one look at everything

            Data goes to standard output, everything said to a person to standard error. Every option can also be set by an \
            environment variable (SHIPPY_ and its name in capitals, - as _) or in $SHIPPY_HOME/config.yaml; a flag wins over the \
            environment, and that over the file.

            Exit status: 0 done, also after a service was stopped by SIGTERM or SIGHUP, 1 failed, 3 a gap with --fail-on-gap, 64 usage, 65 invalid or conflicting data, 66 no such \
            thing, 69 a service or engine cannot be reached, 77 not allowed, 130 and 143 ended by SIGINT and SIGTERM.
            """,
        version: Version.text,
        subcommands: [
            UpCommand.self, ServeCommand.self, UserCommand.self, EventsCommand.self, MailCommand.self, RegistryCommand.self,
            StatusCommand.self,
        ])

    static func main() async {
        // Files of ours are for their owner alone, whatever the shell's umask says.
        umask(0o077)
        // A closed pipe shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        let status = await Interruption.shared.exitStatus {
            do {
                var command = try await asyncParseAsRoot()
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return 0
            } catch {
                return ExitStatus.report(error)
            }
        }
        StandardError.shared.flush(within: .seconds(3))
        Foundation.exit(status)
    }
}
