import Foundation
import Logging
import ShippyConfiguration
import ShippyCore

/// What every command begins with: what it is set to, and how it writes.
struct CommandContext: Sendable {
    let configuration: Configuration
    let rendering: Rendering
    /// For messages.
    let errorStyle: Style
    let logger: Logger
    /// Everything that the command causes goes by this id, wherever it happens: so its mails are known among all others.
    let requestID = RequestID.accept(nil)

    /// - Parameters:
    ///   - flags: those of the command's own settings.
    ///   - logLevel: the level where none is asked for.
    static func load(
        _ common: Flags<EveryCommand>, _ flags: [String: String] = [:], logLevel: Logger.Level = .warning
    ) throws -> CommandContext {
        try CommandContext(Configuration(sources(common, flags)), logLevel: logLevel)
    }

    /// Everything that sets something for a command with these flags.
    static func sources(_ common: Flags<EveryCommand>, _ flags: [String: String] = [:]) throws -> SettingSources {
        try SettingSources(flags: common.values.merging(flags) { $1 }, environment: ProcessInfo.processInfo.environment)
    }

    private init(_ configuration: Configuration, logLevel: Logger.Level) {
        Logs.bootstrap(level: configuration.logLevel ?? logLevel, format: configuration.logFormat)
        // One that is made before keeps the handler that stands in for ours.
        logger = Logger(label: "shippy")
        self.configuration = configuration
        rendering = Rendering(format: configuration.output, style: Style(configuration.color, isTerminal: StandardOutput.isTerminal))
        errorStyle = Style(configuration.color, isTerminal: Console.isTerminal)
    }
}
