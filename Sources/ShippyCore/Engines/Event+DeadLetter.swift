extension Event {
    /// A copy of the event under the group's dead letter subject, with its origin and the reason in headers.
    package func deadLetter(of group: String, reason: String) -> OutgoingEvent {
        let id = "\(id).dead.\(group)"
        var headers = EventHeaders(headers.pairs.filter { $0.name.lowercased() != HeaderName.natsMessageID.lowercased() })
        headers.append(HeaderName.natsMessageID, id)
        headers.append(HeaderName.deadSubject, subject.description)
        headers.append(HeaderName.deadSequence, String(sequence))
        headers.append(HeaderName.deadReason, reason.visiblyEscaped(limit: 500))
        return OutgoingEvent(id: id, subject: .deadLetters(of: group), time: time, headers: headers, payload: payload)
    }
}
