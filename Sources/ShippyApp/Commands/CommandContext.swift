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

    /// - Parameters:
    ///   - flags: the command's own settings.
    ///   - logLevel: the default log level.
    static func load(
        _ common: Flags<EveryCommand>, _ flags: [String: String] = [:], logLevel: Logger.Level = .warning
    ) throws -> CommandContext {
        try CommandContext(Configuration(sources(common, flags)), logLevel: logLevel)
    }

    /// All sources of settings for a command with these flags.
    static func sources(_ common: Flags<EveryCommand>, _ flags: [String: String] = [:]) throws -> SettingSources {
        try SettingSources(flags: common.values.merging(flags) { $1 }, environment: ProcessInfo.processInfo.environment)
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
