import ArgumentParser
import Foundation
import ShippyCore

/// The exit statuses of the command contract, and how an error becomes one.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case gap = 3
    case usage = 64
    case invalidData = 65
    case notFound = 66
    case unavailable = 69
    case denied = 77
    case hungUp = 129
    case interrupted = 130
    case terminated = 143

    init(_ code: ShippyError.Code) {
        self =
            switch code {
            case .usage: .usage
            case .malformed, .invalid, .conflict, .tooLarge: .invalidData
            case .notFound: .notFound
            case .unavailable, .overloaded: .unavailable
            case .denied: .denied
            case .gap: .gap
            case .failed: .failed
            }
    }

    /// For a command that a signal ended.
    static func ended(by signal: Int32) -> Int32 { 128 + signal }

    /// For help.
    var meaning: String {
        switch self {
        case .done: "success; also for a service stopped by SIGTERM or SIGHUP"
        case .failed: "failure"
        case .gap: "events are missing, with --fail-on-gap"
        case .usage: "a flag, setting, address or time cannot be used"
        case .invalidData: "data is invalid or conflicts with existing data"
        case .notFound: "no such user, mail or instance"
        case .unavailable: "a service or an engine cannot be reached"
        case .denied: "permission denied"
        case .hungUp: "ended by SIGHUP"
        case .interrupted: "ended by SIGINT"
        case .terminated: "ended by SIGTERM"
        }
    }

    /// All of them, one a line.
    static let list = allCases.map { status in
        let number = "\(status.rawValue)"
        return "  \(number)\(String(repeating: " ", count: 5 - number.count))\(status.meaning)"
    }.joined(separator: "\n")

    /// Ends the command with this status and without a message.
    var exitCode: ExitCode { ExitCode(rawValue) }

    /// Says what went wrong on standard error.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case is OutputClosed, is CancellationError:
            return done.rawValue
        case let error as ShippyError:
            Console.say("shippy: \(error.message)")
            return ExitStatus(error.code).rawValue
        case let error as ExitCode:
            return error.rawValue
        default:
            return reportParsing(error)
        }
    }

    /// What is left is argument parsing, and its requests for help.
    private static func reportParsing(_ error: any Error) -> Int32 {
        let message = Shippy.fullMessage(for: error)
        switch Shippy.exitCode(for: error) {
        case .success:
            print(HelpText.arranged(message))
            return done.rawValue
        case .validationFailure:
            Console.say(TypedArguments.showable(message))
            return usage.rawValue
        default:
            Console.say("shippy: \(String(describing: error).visiblyEscaped(limit: 500))")
            return failed.rawValue
        }
    }
}
