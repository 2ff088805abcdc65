import ArgumentParser

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
