import ArgumentParser
import ShippyCore

/// The exit statuses of the command contract.
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
            case .malformed, .invalid, .conflict, .outdated, .tooLarge: .invalidData
            case .notFound: .notFound
            case .unavailable, .overloaded, .limited: .unavailable
            case .denied, .unauthenticated, .forbidden: .denied
            case .gap: .gap
            case .failed: .failed
            }
    }

    /// The status of a command ended by a signal.
    static func ended(by signal: Int32) -> Int32 { 128 + signal }

    /// The text in help and man pages.
    var meaning: String {
        switch self {
        case .done: "success, including a service stopped by SIGTERM or SIGHUP"
        case .failed: "failure"
        case .gap: "events were missed and --fail-on-gap was given"
        case .usage: "invalid flag, setting, address, URL or time"
        case .invalidData: "invalid data, or a conflict with existing data"
        case .notFound: "no such user, session, token, key, mail, dead letter or instance"
        case .unavailable: "a service or engine cannot be reached"
        case .denied: "permission denied, or not logged in"
        case .hungUp: "ended by SIGHUP"
        case .interrupted: "ended by SIGINT"
        case .terminated: "ended by SIGTERM"
        }
    }

    /// All statuses, one per line.
    static let list = allCases.map { status in
        let number = "\(status.rawValue)"
        return "  \(number)\(String(repeating: " ", count: 5 - number.count))\(status.meaning)"
    }.joined(separator: "\n")

    /// Throw it to end the command with this status, without a message.
    var exitCode: ExitCode { ExitCode(rawValue) }
}
