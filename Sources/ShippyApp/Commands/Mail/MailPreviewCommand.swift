import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyNotificator

struct MailPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what a template makes for a user, without sending it.",
        usage: "shippy mail preview [<options>] <template>",
        discussion: """
            Uses the templates of this machine. Links in it lead nowhere.

            Examples:
              shippy mail preview welcome --user ada@example.com
              shippy mail preview reset-password --user ada@example.com --html > reset.html
            """)

    /// For xdg-open(1).
    private static let patience = Duration.seconds(10)

    @Argument(help: "The template.")
    var template: Mail.Template

    @Option(help: ArgumentHelp("The user to whom it would go.", valueName: "id-or-email"), completion: .custom(Completion.emails))
    var user: String

    @Flag(help: "Write only the HTML.")
    var html = false

    @Flag(help: "Show the HTML in the browser, by xdg-open(1).")
    var open = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let found = try await context.withStore { store in
            try await store.user(typed: user)
        }
        let preview = try MailPreview(Self.mail(template, found.user, requestID: context.requestID), context.configuration)
        if open { return try await show(preview.html) }
        if html {
            // A name may have control characters, which a terminal obeys.
            let lines = preview.html.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visiblyEscaped(limit: .max) }
            return try await StandardOutput.write(StandardOutput.isTerminal ? lines.joined(separator: "\n") : preview.html)
        }
        try await context.rendering.value(preview, text: preview.text(context.rendering.style).trimmingCharacters(in: .newlines))
    }

    private static func mail(_ template: Mail.Template, _ user: User, requestID: String) -> Mail {
        Mail(
            id: UUIDv7.next(), to: user.email, template: template, nextAttemptAt: nil, eventID: nil, requestID: requestID, createdAt: .now,
            name: user.name, company: user.company, content: "The text of the message is here.", link: MailLinks.sample(template, of: user))
    }

    /// In a file that only this user can read. It stays, because the browser reads it after this command has ended.
    private func show(_ html: String) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "shippy-preview-\(UUIDv7.next())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let file = directory.appending(path: "\(template.rawValue).html")
        try Data(html.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["xdg-open", file.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ends, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        // A browser that runs on is no failure.
        let wait = Task<Void, any Error> { for await _ in ends {} }
        let hasEnded = (try? await wait.value(within: Self.patience, orElse: CancellationError())) != nil
        guard !hasEnded || process.terminationStatus == 0 else {
            throw ShippyError(.failed, "xdg-open(1) showed no browser: open \(file.path) yourself, or use --html")
        }
    }
}
