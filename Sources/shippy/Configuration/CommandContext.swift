import Foundation
import Logging
import ShippyCore

/// What every command begins with: its settings, and how it writes.
struct CommandContext: Sendable {
    let options: GlobalOptions
    let settings: Settings
    let rendering: Rendering
    /// For what is said to a person.
    let errorStyle: Style
    let logger = Logger(label: "shippy")

    /// - Parameter logLevel: the level where none is asked for.
    static func load(_ options: GlobalOptions, logLevel fallback: Logger.Level = .warning) async throws -> CommandContext {
        let settings = try await Settings.load(options)
        let level = try settings.value(
            "log-level",
            options.logLevel.map { text in
                guard let level = Logger.Level(rawValue: text) else {
                    throw settings.unreadable("log-level", text, "use one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return level
            }, default: fallback)
        Logs.bootstrap(level: level, format: try settings.value("log-format", options.logFormat, default: .text))
        let color = try settings.value("color", options.color, default: .auto)
        func style(isTerminal: Bool) -> Style {
            switch color {
            case .always: Style(isEnabled: true)
            case .never: .plain
            case .auto:
                Style(
                    isEnabled: isTerminal && settings.environmentVariable("NO_COLOR") == nil
                        && settings.environmentVariable("TERM") != "dumb")
            }
        }
        let rendering = Rendering(
            format: try settings.value("output", options.output, default: .text), style: style(isTerminal: StandardOutput.isTerminal))
        return CommandContext(
            options: options, settings: settings, rendering: rendering, errorStyle: style(isTerminal: Console.isTerminal))
    }
}
