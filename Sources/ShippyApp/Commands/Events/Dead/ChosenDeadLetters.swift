import ShippyCore

/// The open dead letters that a command names, or all of a group.
struct ChosenDeadLetters {
    /// Without their payloads, which may be large.
    private(set) var letters: [DeadLetter] = []
    /// The names without a dead letter.
    private(set) var missing: [String] = []

    /// - Parameters:
    ///   - names: sequences of dead letters, or IDs of events; none for all dead letters.
    ///   - group: only dead letters of this group.
    init(_ bus: any EventBus, names: [String], group: String? = nil) async throws {
        var found: Set<String> = []
        var letters: [DeadLetter] = []
        try await bus.forEachDeadLetter(of: group) { letter in
            let matches = names.filter { $0 == "\(letter.sequence)" || $0 == letter.originalID || $0 == letter.event.id }
            found.formUnion(matches)
            if names.isEmpty || !matches.isEmpty { letters.append(letter.withoutPayload) }
        }
        self.letters = letters
        missing = names.filter { !found.contains($0) }
    }

    static func noLetter(_ name: String) -> ShippyError {
        ShippyError(
            .notFound, "no dead letter \(name.quoted(limit: 80)): it may have been replayed or dropped; `shippy events dead list` lists all")
    }
}

extension DeadLetter {
    var withoutPayload: DeadLetter {
        var letter = self
        letter.event.payload = []
        return letter
    }
}
