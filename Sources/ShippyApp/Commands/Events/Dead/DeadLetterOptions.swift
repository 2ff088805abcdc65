import ArgumentParser
import ShippyCore

/// Which dead letters a command settles.
struct DeadLetterOptions: ParsableArguments {
    @Argument(help: "The dead letters' sequence numbers, or the events' IDs.", completion: .custom(Completion.deadLetters))
    var seqOrID: [String] = []

    @Flag(help: "Take all dead letters.")
    var all = false

    @Option(help: ArgumentHelp("Take only dead letters of this consumer group.", valueName: "group"))
    var group: String?

    func validate() throws {
        guard seqOrID.isEmpty == all else { throw ValidationError("Give either sequence numbers or --all.") }
    }
}

extension DeadLetterOptions {
    /// Settles the chosen dead letters, and prints what became of them.
    ///
    /// - Parameter ask: asks before it does; throws if the answer is no.
    /// - Throws: ``ShippyError`` `.notFound` for one that is not there, after the others.
    func settle(by settlement: DeadLetter.Settlement, _ context: CommandContext, _ ask: ([DeadLetter]) async throws -> Void = { _ in }) async throws {
        try await context.withBus { bus in
            let letters = try await ChosenDeadLetters(bus, names: seqOrID, group: group)
            if !letters.letters.isEmpty { try await ask(letters.letters) }
            var outcome = SettledDeadLetters(settlement)
            try await outcome.settle(letters.letters, on: bus)
            try await context.rendering.value(outcome, fields: outcome.fields)
            if let missing = letters.missing.first { throw ChosenDeadLetters.noLetter(missing) }
            if outcome.failed > 0 { throw ExitStatus.failed.exitCode }
        }
    }
}
