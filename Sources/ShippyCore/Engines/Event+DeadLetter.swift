extension Event {
    /// The longest event ID, in bytes, to appear in a dead letter's ID. A longer one is replaced by the sequence.
    static let deadIDLimit = 240

    /// A copy of the event under the group's dead letter subject, with its original ID, subject and sequence and the reason in
    /// headers.
    ///
    /// An event that fails again after a replay gets another dead letter, with the same original ID and sequence.
    package func deadLetter(of group: String, reason: String) -> OutgoingEvent {
        let event = restored
        var letter = event.shortDeadLetter(of: group, reason: reason)
        letter.headers = EventHeaders(event.ownHeaders + letter.headers.pairs)
        if letter.headers[HeaderName.deadID] == nil { letter.headers.append(HeaderName.deadID, event.id) }
        letter.payload = payload
        return letter
    }

    /// A dead letter without the event's own headers and payload, for an event so large that the bus cannot accept the added
    /// headers. The event can be read at its sequence for as long as the bus keeps it.
    package func shortDeadLetter(of group: String, reason: String) -> OutgoingEvent {
        let event = restored
        let (original, isLong) = (event.headers[HeaderName.deadSequence], event.id.utf8.count > Self.deadIDLimit)
        // A replay has a sequence of its own, so its dead letter differs from the earlier one.
        let id = "\(isLong ? String(sequence) : event.id).dead.\(group)\(original == nil ? "" : ".\(sequence)")"
        let headers = EventHeaders(
            [
                (HeaderName.natsMessageID, id), (HeaderName.deadSubject, event.subject.description),
                (HeaderName.deadSequence, original ?? String(sequence)), (HeaderName.deadReason, reason.visiblyEscaped(limit: 500)),
            ] + (isLong ? [] : [(HeaderName.deadID, event.id)]))
        return OutgoingEvent(id: id, subject: .deadLetters(of: group), time: time, headers: headers, payload: [])
    }

    /// The event that a group gave up on, if this is its replay; otherwise the event itself. The sequence stays that of the replay,
    /// and the original one is in a header.
    package var restored: Event {
        guard subject.isReplay, let original = headers[HeaderName.deadSubject], let id = headers[HeaderName.deadID] else { return self }
        var event = self
        event.id = id
        event.subject = Subject(unchecked: original)
        event.headers = EventHeaders(ownHeaders + [(HeaderName.natsMessageID, id)])
        if let sequence = headers[HeaderName.deadSequence] { event.headers.append(HeaderName.deadSequence, sequence) }
        return event
    }

    /// The headers that are neither its ID's nor a dead letter's.
    var ownHeaders: [(name: String, value: String)] {
        let others = ([HeaderName.natsMessageID] + HeaderName.ofDeadLetters).map { $0.lowercased() }
        return headers.pairs.filter { !others.contains($0.name.lowercased()) }
    }
}
