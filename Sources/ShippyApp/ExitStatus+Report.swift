import ArgumentParser
import ShippyCore

extension ExitStatus {
    /// Reports an error on standard error.
    /// - Returns: the exit status.
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

    /// The remaining errors come from argument parsing, including requests for help.
    private static func reportParsing(_ error: any Error) -> Int32 {
        let message = Shippy.fullMessage(for: error)
        switch Shippy.exitCode(for: error) {
        case .success:
            print(HelpText.arranged(message))
            return done.rawValue
        case .validationFailure:
            Console.say(TypedArguments.showable(MistypedCommand.explained(message, arguments: CommandLine.arguments)))
            return usage.rawValue
        default:
            Console.say("shippy: \(String(describing: error).visiblyEscaped(limit: 500))")
            return failed.rawValue
        }
    }
}
