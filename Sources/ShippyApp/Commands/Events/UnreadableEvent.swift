import ShippyCore
import ShippyNotificator

/// Says why no consumer will be able to read a published event.
enum UnreadableEvent {
    private static let mailings = [Mailing.welcome(), .notices]

    /// - Parameters:
    ///   - groups: the groups on the bus. The notificators' groups count even if they do not exist yet.
    ///   - kept: the subjects that the stream is made for: ``Configuration/eventSubjects``.
    static func warning(_ event: OutgoingEvent, groups: [BusStatus.Consumer], kept: [String]) -> String? {
        let subject = event.subject
        for mailing in mailings where mailing.group.filter.matches(subject) {
            let published = Event(
                sequence: 0, id: event.id, subject: subject, time: event.time, headers: event.headers, payload: event.payload)
            return mailing.refusal(of: published).map {
                "the notificators cannot read this event and will move it to the dead letters: \($0)"
            }
        }
        let isTaken = groups.contains { $0.filter?.matches(subject) ?? true }
        let isKept = kept.contains { (try? SubjectFilter($0))?.matches(subject) ?? false }
        if isTaken || isKept { return nil }
        let reader = "`shippy events tail \(subject.description.visiblyEscaped(limit: 80))`"
        return "no consumer group reads subject \(subject.description.quoted(limit: 80)), and event-subjects does not have it: "
            + "only readers of this bus see the event, such as \(reader)"
    }
}
