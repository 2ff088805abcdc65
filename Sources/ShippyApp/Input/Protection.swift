import ArgumentParser
import ShippyCore

/// The option of a command that takes something away from somebody without destroying it: a right, a session, a password. It asks only
/// in a protected context. Commands that destroy something ask everywhere: see ``Confirmation``.
///
/// The list of both is in `docs/contexts.md`, and a test compares it with the commands.
struct Protection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Do not ask for the name of a protected context; fail if another context is in effect.", valueName: "context"),
        completion: .custom(Completion.contexts))
    var confirm: String?

    /// Asks in a protected context, and returns at once in any other one.
    ///
    /// - Parameters:
    ///   - action: what would be done, such as `Disable user ada@example.com`.
    ///   - refusal: what has not been done then.
    /// - Throws: as ``Confirmation/question(_:place:)`` and ``Question/ask(_:otherwise:)``.
    func ask(_ context: CommandContext, _ action: String, otherwise refusal: String) async throws {
        try await Self.ask(context, confirm: confirm, action, otherwise: refusal)
    }

    /// The same for a command that destroys something with other arguments.
    /// - Parameter confirm: the value of its `--confirm`.
    static func ask(_ context: CommandContext, confirm: String?, _ action: String, otherwise refusal: String) async throws {
        try await question(about: context.questionTarget(place: context.usersPlace), confirm: confirm)?.ask(action, otherwise: refusal)
    }

    /// - Parameter isInteractive: whether a person can answer.
    static func question(
        about target: Question.Target, confirm: String?, isInteractive: Bool = Confirmation.isInteractive
    ) throws -> Question? {
        // Answered in advance unless the context is protected.
        try Confirmation.question(about: target, yes: true, confirm: confirm, isInteractive: isInteractive)
    }
}
