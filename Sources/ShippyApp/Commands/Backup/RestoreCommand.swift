import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make an installation of a file that `shippy backup` has written.",
        usage: "shippy restore [<options>] <file>",
        discussion: """
            Fills the data directory, which must be empty except for secret, config.yaml, templates and tls. Either everything \
            is restored or nothing. The copy is an installation of its own: it can run next to the original, and neither sees \
            the other's services.

            Mails that were waiting are held: services of the copy do not send them, because the original may have done so. They \
            stay queued until you run `shippy mail retry ID`. With --send-mail, services send them when they start; use it only \
            if the original is gone.

            The secret is not in a backup. With --secret-file, the secret in that file is copied into the data directory. It has \
            to be the original's. If there is none, all sessions end, services make new keys, and people log in again with the \
            passwords they have.

            Examples:
              shippy restore monday.tar.zst --home /srv/copy --dry-run
              shippy restore monday.tar.zst --home /srv/copy --secret-file /safe/secret
              ssh other.example.com cat monday.tar.zst | shippy restore - --home /srv/copy
            """)

    @Argument(help: "The backup, or - for standard input.", completion: .file())
    var file: String

    @Flag(exclusivity: .exclusive)
    var mails = WaitingMails.hold

    @Flag(help: "Check the backup and the data directory, and restore nothing.")
    var dryRun = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let run = try RestoreRun(context.configuration, file: file, mails: mails)
        let restored = try await dryRun ? run.plan() : run.run()
        for line in restored.notes { Console.say("shippy: \(line)") }
        try await context.rendering.value(restored, fields: restored.fields)
    }
}
