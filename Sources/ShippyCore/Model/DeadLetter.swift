/// An event that a consumer group gave up on, as its dead letter on the bus tells it.
///
/// A dead letter is open until it is replayed or dropped. Nothing is deleted for that: the replay itself, or a note of the drop, is
/// published with an ID that follows from the dead letter's. So it happens once, and no crash comes between.
package struct DeadLetter: Hashable, Sendable {
    /// What ends a dead letter.
    package enum Settlement: Sendable {
        /// The group gets the event again.
        case replay
        case drop
    }

    /// The dead letter itself.
    package var event: Event
    package let group: String

    /// - Returns: nil for an event that is no dead letter.
    package init?(_ event: Event) {
        guard let group = event.subject.deadLetterGroup else { return nil }
        self.event = event
        self.group = group
    }

    package var sequence: Int64 { event.sequence }
    package var reason: String { event.headers[HeaderName.deadReason] ?? "" }
    /// The event's subject; nil for a dead letter that is not one of ours.
    package var originalSubject: Subject? { event.headers[HeaderName.deadSubject].flatMap { try? Subject($0) } }
    package var originalSequence: Int64? { event.headers[HeaderName.deadSequence].flatMap { Int64($0) } }

    /// The event's ID. Dead letters of earlier releases have it only as the beginning of their own.
    package var originalID: String {
        if let id = event.headers[HeaderName.deadID] { return id }
        let suffix = ".dead.\(group)"
        return event.id.hasSuffix(suffix) ? String(event.id.dropLast(suffix.count)) : event.id
    }

    /// The headers of the event, without those of the dead letter.
    package var originalHeaders: [(name: String, value: String)] { event.ownHeaders }

    private static let settledSuffix = ".done"

    /// The ID of the event that settles it.
    package var settledID: String { event.id + Self.settledSuffix }

    /// The ID of the dead letter that an event with this subject and ID settles; nil if it settles none.
    package static func id(settledBy subject: Subject, _ id: String) -> String? {
        subject.isSettlement && id.hasSuffix(settledSuffix) ? String(id.dropLast(settledSuffix.count)) : nil
    }

    /// The event that settles it.
    /// - Throws: ``ShippyError`` `.malformed` for the replay of a dead letter without the event's subject.
    package func settled(by settlement: Settlement) throws -> OutgoingEvent {
        let own = [(HeaderName.natsMessageID, settledID), (HeaderName.deadLetter, String(sequence))]
        switch settlement {
        case .drop:
            return OutgoingEvent(id: settledID, subject: .drops(of: group), time: .now, headers: EventHeaders(own), payload: [])
        case .replay:
            guard let originalSubject else {
                throw ShippyError(.malformed, "it does not have the subject of its event, so it cannot be replayed")
            }
            let original = [
                (HeaderName.deadSubject, originalSubject.description), (HeaderName.deadSequence, String(originalSequence ?? sequence)),
                (HeaderName.deadID, originalID),
            ]
            return OutgoingEvent(
                id: settledID, subject: .replays(of: group), time: .now, headers: EventHeaders(originalHeaders + own + original),
                payload: event.payload)
        }
    }
}
