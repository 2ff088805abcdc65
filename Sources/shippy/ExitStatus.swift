import ArgumentParser
import Foundation
import ShippyCore

/// The command contract's exit statuses, and how an error becomes one.
enum ExitStatus {
    static func code(_ code: ShippyError.Code) -> Int32 {
        switch code {
        case .usage: 64
        case .malformed, .invalid, .conflict, .tooLarge: 65
        case .notFound: 66
        case .unavailable, .overloaded: 69
        case .denied: 77
        case .gap: 3
        case .failed: 1
        }
    }

    /// Says what went wrong on standard error, and gives the status.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case is OutputClosed, is CancellationError:
            return 0
        case let error as ShippyError:
            Console.say("shippy: \(error.message)")
            return code(error.code)
        case let error as ExitCode:
            return error.rawValue
        default:
            // What is left is argument parsing, and its requests for help.
            let status = Shippy.exitCode(for: error)
            let message = Shippy.fullMessage(for: error)
            if status == .success {
                print(message)
                return 0
            }
            if status == .validationFailure {
                Console.say(message)
                return 64
            }
            Console.say("shippy: \(String(describing: error).visiblyEscaped(limit: 500))")
            return 1
        }
    }
}
