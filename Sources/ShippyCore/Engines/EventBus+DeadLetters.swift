extension EventBus {
    /// The number of dead letters that are read at once. Each may have a payload of a megabyte or more.
    private static var page: Int { 100 }

    /// Calls `body` with every open dead letter of a group, or of all groups, oldest first.
    package func forEachDeadLetter(of group: String? = nil, _ body: (DeadLetter) async throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let letters = try await deadLetters(after: last, limit: Self.page)
            for letter in letters where group == nil || letter.group == group { try await body(letter) }
            guard letters.count == Self.page, let end = letters.last else { return }
            last = end.sequence
        }
    }

    /// The letter with headers and payload of its event, which are missing from the dead letter of a very large event.
    ///
    /// - Throws: ``ShippyError`` `.notFound` if the bus no longer has the event.
    package func completed(_ letter: DeadLetter) async throws -> DeadLetter {
        guard letter.event.payload.isEmpty, let sequence = letter.originalSequence else { return letter }
        let missing = ShippyError(.notFound, "it has no payload, and its event, \(sequence), is not on this bus")
        guard let id = try await eventID(at: sequence) else { throw missing }
        let reader = try await reader(subjects: [SubjectFilter(">")], from: .sequence(sequence))
        let items: [StreamItem]
        do {
            items = try await reader.next(limit: 1, wait: .seconds(5))
        } catch {
            await reader.close()
            throw error
        }
        await reader.close()
        // The dead letter of an import has its sequence from another bus.
        guard case .event(let event)? = items.first, event.sequence == sequence, event.id == id,
            letter.originalSubject == event.restored.subject, letter.isOf(event.restored.id)
        else { throw missing }
        var letter = letter
        letter.event.payload = event.payload
        letter.event.headers = EventHeaders(
            event.ownHeaders + letter.event.headers.pairs
                + (letter.event.headers[HeaderName.deadID] == nil ? [(HeaderName.deadID, event.restored.id)] : []))
        return letter
    }
}

extension DeadLetter {
    /// Whether it can be the dead letter of the event with this ID, which has the right sequence. A very long ID is not in all of them.
    fileprivate func isOf(_ id: String) -> Bool {
        originalID == id || (id.utf8.count > Event.deadIDLimit && originalID == originalSequence?.description)
    }
}
