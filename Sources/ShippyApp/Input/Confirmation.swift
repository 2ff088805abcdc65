import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore

/// The options of a command that destroys something, and whether it has to ask first.
///
/// On a terminal the command asks, unless the answer is among its options. Without one nobody can answer: it goes on, unless the
/// context is protected. Then its name has to be given, typed or as an option.
struct Confirmation: ParsableArguments {
    @Flag(name: [.customShort("f"), .long], help: "Do not ask. In a protected context, use --confirm instead.")
    var yes = false

    @Option(
        help: ArgumentHelp("Do not ask, even in a protected context; fail if another context is in effect.", valueName: "context"),
        completion: .custom(Completion.contexts))
    var confirm: String?

    /// Whether a person is at the other end.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && Console.isTerminal }

    /// The question to ask before the command destroys something; nil if it may go on without.
    ///
    /// - Parameter place: what the question names if no context is in effect, such as `10.0.0.7:8083` or a directory.
    /// - Throws: ``ShippyError`` `.usage` if an option does not fit the context in effect, or nobody can answer for a protected one.
    func question(_ context: CommandContext, place: String) throws -> Question? {
        try question(about: context.questionTarget(place: place))
    }

    /// - Parameter isInteractive: whether a person can answer.
    func question(about target: Question.Target, isInteractive: Bool = Self.isInteractive) throws -> Question? {
        try Self.question(about: target, yes: yes, confirm: confirm, isInteractive: isInteractive)
    }

    /// The one place that decides whether to ask.
    static func question(about target: Question.Target, yes: Bool, confirm: String?, isInteractive: Bool) throws -> Question? {
        if let confirm {
            guard confirm == target.contextName else {
                let other = target.contextName.map { "the context is \($0)" } ?? "no context is in effect: name it with --context, too"
                throw ShippyError(.usage, "--confirm \(confirm.quoted(limit: 80)): \(other)")
            }
            return nil
        }
        if isInteractive { return yes && !target.isProtected ? nil : Question(target: target) }
        guard target.isProtected, let name = target.contextName else { return nil }
        throw ShippyError(.usage, "context \(name) is protected: add --confirm \(name)")
    }
}

extension CommandContext {
    /// Where a change takes effect, for a question.
    /// - Parameter place: what it names if no context is in effect.
    func questionTarget(place: String) -> Question.Target {
        configuration.context.map { .context($0.name, isProtected: $0.isProtected) } ?? .place(place)
    }
}
