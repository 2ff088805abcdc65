extension Event {
    /// The longest event ID, in bytes, to appear in a dead letter's ID. A longer one is replaced by the sequence.
    private static let deadIDLimit = 240

    /// A copy of the event under the group's dead letter subject, with its original subject and sequence and the reason in
    /// headers.
    package func deadLetter(of group: String, reason: String) -> OutgoingEvent {
        var letter = shortDeadLetter(of: group, reason: reason)
        let others = headers.pairs.filter { $0.name.lowercased() != HeaderName.natsMessageID.lowercased() }
        letter.headers = EventHeaders(others + letter.headers.pairs)
        letter.payload = payload
        return letter
    }

    /// A dead letter without the event's own headers and payload, for an event so large that the bus cannot accept the added
    /// headers. The event can be read at its sequence for as long as the bus keeps it.
    package func shortDeadLetter(of group: String, reason: String) -> OutgoingEvent {
        let id = "\(id.utf8.count > Self.deadIDLimit ? String(sequence) : id).dead.\(group)"
        let headers = EventHeaders([
            (HeaderName.natsMessageID, id), (HeaderName.deadSubject, subject.description), (HeaderName.deadSequence, String(sequence)),
            (HeaderName.deadReason, reason.visiblyEscaped(limit: 500)),
        ])
        return OutgoingEvent(id: id, subject: .deadLetters(of: group), time: time, headers: headers, payload: [])
    }
}
