import Foundation
import Logging
import ShippyConfiguration
import ShippyCore

/// The context of every command: its configuration, and how it writes output.
struct CommandContext: Sendable {
    let configuration: Configuration
    let rendering: Rendering
    /// For messages.
    let errorStyle: Style
    let logger: Logger
    /// The request ID of everything that the command causes, which distinguishes its mails from all others.
    let requestID = RequestID.accept(nil)

    /// Reads the settings, and says which variables override the context.
    ///
    /// - Parameters:
    ///   - flags: the command's own settings.
    ///   - logLevel: the default log level.
    ///   - usesCurrentContext: see ``SettingSources/init(flags:environment:usesCurrentContext:)``.
    static func load(
        _ common: Flags<EveryCommand>, _ flags: [String: String] = [:], logLevel: Logger.Level = .warning, usesCurrentContext: Bool = true
    ) throws -> CommandContext {
        let context = try quietly(common.values.merging(flags) { $1 }, logLevel: logLevel, usesCurrentContext: usesCurrentContext)
        for override in context.configuration.sources.overriddenContext { Console.say("shippy: \(override)") }
        return context
    }

    /// Without the messages of ``load(_:_:logLevel:usesCurrentContext:)``.
    static func quietly(_ flags: [String: String], logLevel: Logger.Level, usesCurrentContext: Bool = true) throws -> CommandContext {
        let sources = try SettingSources(
            flags: flags, environment: ProcessInfo.processInfo.environment, usesCurrentContext: usesCurrentContext)
        return try CommandContext(Configuration(sources), logLevel: logLevel)
    }

    /// For commands about contexts: whichever is in effect, it may be broken or missing.
    static func loadWithoutContext(_ common: Flags<EveryCommand>) throws -> CommandContext {
        try load(common, [Settings.context.row.name: ""])
    }

    /// See ``ContextSelection/named(flags:environment:)``.
    static func namedContext(_ common: Flags<EveryCommand>) -> GivenValue? {
        ContextSelection.named(flags: common.values, environment: ProcessInfo.processInfo.environment)
    }

    /// All sources of settings for a command with these flags.
    static func sources(_ common: Flags<EveryCommand>) throws -> SettingSources {
        try SettingSources(flags: common.values, environment: ProcessInfo.processInfo.environment)
    }

    private init(_ configuration: Configuration, logLevel: Logger.Level) {
        Logs.bootstrap(level: configuration.logLevel ?? logLevel, format: configuration.logFormat)
        // A logger created before the bootstrap would keep the default handler.
        logger = Logger(label: "shippy")
        self.configuration = configuration
        rendering = Rendering(format: configuration.output, style: Style(configuration.color, isTerminal: StandardOutput.isTerminal))
        errorStyle = Style(configuration.color, isTerminal: Console.isTerminal)
    }
}
