import ArgumentParser
import Testing

@testable import ShippyApp

@Suite struct ParsingTests {
    /// A line of arguments for every subcommand there is.
    private static let lines: [(String, any ParsableCommand.Type)] = [
        (
            "up --users-http 127.0.0.1:0 --users-grpc 127.0.0.1:0 --notificator-grpc 127.0.0.1:0 --ops 127.0.0.1:0 -o json --home /tmp/x",
            UpCommand.self
        ),
        ("serve users --advertise example.org --allow-insecure", ServeCommand.self),
        ("serve notificator --registry-ttl 5s --mailer smtp://localhost:25?tls=none", ServeCommand.self),
        ("user create ada@example.com --name Ada --company A --password-stdin --idempotency-key k", UserCreateCommand.self),
        ("user list --limit 5 --after x --role admin --state disabled --full", UserListCommand.self),
        ("user get x --full", UserGetCommand.self),
        ("user import - --dry-run --no-mail", UserImportCommand.self),
        ("user export --format csv", UserExportCommand.self),
        ("user update x --email a@b --name A --company C", UserUpdateCommand.self),
        ("user disable x", UserDisableCommand.self),
        ("user enable x", UserEnableCommand.self),
        ("user set-password x --password-stdin", UserSetPasswordCommand.self),
        ("user reset-password x", UserResetPasswordCommand.self),
        ("user confirm x -o json", UserConfirmCommand.self),
        ("user set-role x operator", UserSetRoleCommand.self),
        ("user delete x", UserDeleteCommand.self),
        (
            "events tail user.> --last 3 --until 5m --count 1 --at-end --idle-timeout 1s --filter a=b --grep x --headers --stats --fail-on-gap",
            EventsTailCommand.self
        ),
        ("events publish user.created --header a=b --id x", EventsPublishCommand.self),
        ("events publish user.created body", EventsPublishCommand.self),
        ("events tail -n 20 -f user.>", EventsTailCommand.self),
        ("mail cancel --state dead --to @b", MailCancelCommand.self),
        ("mail list --user ada@example.com", MailListCommand.self),
        ("events tail --since -2h --until yesterday --local --filter a!=b --filter c~d", EventsTailCommand.self),
        ("events status -o json", EventsStatusCommand.self),
        ("events dead list --group notificator", EventsDeadListCommand.self),
        ("events dead show 7", EventsDeadShowCommand.self),
        ("events dead replay 7 8", EventsDeadReplayCommand.self),
        ("events dead replay --all --group notificator", EventsDeadReplayCommand.self),
        ("events dead drop 7 --yes", EventsDeadDropCommand.self),
        ("events export user.> --since -2h --until now --filter a=b", EventsExportCommand.self),
        ("events import - --dry-run --no-mail", EventsImportCommand.self),
        ("mail list --state dead --limit 1", MailListCommand.self),
        ("mail list --to ada --since -1h --until 10:00 --newest", MailListCommand.self),
        ("mail show x", MailShowCommand.self),
        ("mail show x --body", MailShowCommand.self),
        ("mail retry x", MailRetryCommand.self),
        ("mail retry x y --yes", MailRetryCommand.self),
        ("mail retry --state dead --to @b", MailRetryCommand.self),
        ("mail resend x --to a@b", MailResendCommand.self),
        ("mail cancel x y --yes", MailCancelCommand.self),
        ("mail preview welcome --user a@b --html", MailPreviewCommand.self),
        ("mail test a@b", MailTestCommand.self),
        ("registry list users", RegistryListCommand.self),
        ("registry watch", RegistryWatchCommand.self),
        ("registry deregister users a:1", RegistryDeregisterCommand.self),
        ("registry tui users --once --readonly --probe-interval 5s", RegistryTUICommand.self),
        ("tui --once --readonly --probe-interval 5s", TUICommand.self),
        ("auth login a@b --password-file x", AuthLoginCommand.self),
        ("auth logout", AuthLogoutCommand.self),
        ("auth status --token-file x -o json", AuthStatusCommand.self),
        ("auth token", AuthTokenCommand.self),
        ("auth reset-password a@b", AuthResetPasswordCommand.self),
        ("session list x --limit 1", SessionListCommand.self),
        ("session revoke x y", SessionRevokeCommand.self),
        ("token create ci --role reader --expires 90d", TokenCreateCommand.self),
        ("token list --all", TokenListCommand.self),
        ("token revoke x", TokenRevokeCommand.self),
        ("key list", KeyListCommand.self),
        ("key rotate", KeyRotateCommand.self),
        ("key revoke x", KeyRevokeCommand.self), ("key revoke --all --yes", KeyRevokeCommand.self),
        ("audit list --user x --actor owner --action user --outcome denied --since 1h -n 5 -f", AuditListCommand.self),
        ("audit list --until 1h --after x --all", AuditListCommand.self),
        ("story x -f --since 2h -o jsonl", StoryCommand.self),
        ("status --color never", StatusCommand.self), ("doctor --problems -o jsonl", DoctorCommand.self),
        ("backup it.tar.zst --force", BackupCommand.self), ("backup - --dry-run", BackupCommand.self), ("backup --verify it", BackupCommand.self),
        ("restore - --hold-mail --dry-run --secret-file x", RestoreCommand.self), ("restore it --send-mail", RestoreCommand.self),
        ("move --to-store embedded --online", MoveCommand.self), ("move --abort", MoveCommand.self),
        ("config show --sources -o json", ConfigShowCommand.self),
        ("config check --config x.yaml", ConfigCheckCommand.self),
        ("context add a --protected --replace --yes --users-address h:1 --notificator-address h:2", ContextAddCommand.self),
        ("context list -o jsonl", ContextListCommand.self),
        ("context use a", ContextUseCommand.self),
        ("context show", ContextShowCommand.self),
        ("context remove a --confirm a", ContextRemoveCommand.self),
        ("cert new alpha.example.com,10.0.0.5 beta --out x --days 30 --force", CertNewCommand.self),
        ("cert show x.pem -o jsonl", CertShowCommand.self),
    ]

    @Test(arguments: lines.indices)
    func parses(index: Int) throws {
        let (line, type) = Self.lines[index]
        let command = try Shippy.parseAsRoot(line.split(separator: " ").map(String.init))
        #expect(Swift.type(of: command) == type)
    }

    @Test func everySubcommandHasALine() {
        let tested = Set(Self.lines.map { ObjectIdentifier($0.1) })
        for leaf in CommandTree.leaves { #expect(tested.contains(ObjectIdentifier(leaf)), "\(leaf)") }
    }

    @Test(arguments: [
        "user create", "user create a@b --password secret", "serve everything", "events tail --all --new",
        "user create a --password-stdin --password-prompt", "auth login a --password-stdin --password-prompt", "auth login --password secret",
        "auth status --token canary", "user update x", "user set-role x root", "session revoke", "session revoke x --user y",
        "token create ci --role reader", "token create ci --expires 1d", "token create ci --role root --expires 1d",
        "nonsense", "events tail --last x", "events tail --last -1", "events tail --from-seq 0", "user list --limit 0", "user list --limit many",
        "config show extra", "registry tui --bcrypt-cost 11", "status --readonly", "mail retry", "mail retry x --state dead", "mail retry --to x",
        "mail retry --state sent", "mail cancel", "mail cancel --state cancelled", "events tail -f --at-end", "mail resend", "mail preview welcome",
        "backup", "backup --verify x --force",
        "restore x --hold-mail --send-mail",
        "move", "move --to-registry embedded", "move --to-store x --abort --dry-run",
    ])
    func refuses(line: String) {
        #expect(throws: (any Error).self) { try Shippy.parseAsRoot(line.split(separator: " ").map(String.init)) }
    }
}
