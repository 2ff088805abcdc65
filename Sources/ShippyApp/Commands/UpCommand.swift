import ArgumentParser
import ShippyConfiguration

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the users service and the notificator in this process.",
        discussion: """
            Runs until it receives SIGINT, SIGTERM or SIGHUP. Then it deregisters its instances, finishes the requests in \
            flight and exits within 10 seconds: with status 130 after SIGINT, with 0 after SIGTERM or SIGHUP.

            Once all ports are open and all instances registered, it prints the addresses on standard error, or with -o json \
            a line {"event":"ready",...} on standard output.

            Mail is written to a Maildir in the data directory unless --mailer names an SMTP server. Put the server's user and \
            password in SHIPPY_MAILER or the configuration file, never in a flag. smtp:// requires STARTTLS; \
            smtp://localhost:25?tls=none turns encryption off.

            It uses a context only if --context or SHIPPY_CONTEXT names it, never the one chosen with `shippy context use`.

            Examples:
              shippy up
              shippy up --users-http 127.0.0.1:0 --ops 127.0.0.1:0 -o json
              SHIPPY_MAILER=smtp://user:password@mail.example.com:587 shippy up
            """)

    @OptionGroup(title: Serving.heading) var serving: Flags<Serving>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        try await serve([.users, .notificator], common, serving)
    }
}
