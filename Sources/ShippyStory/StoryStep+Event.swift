import ShippyCore

extension StoryStep {
    static func event(_ event: Event) -> StoryStep {
        let group = event.subject.deadLetterGroup
        let reason = event.headers[HeaderName.deadReason].map { Secrets.hidden(in: $0) } ?? ""
        var step =
            if let group {
                StoryStep(
                    event.time, .eventDead, .problem, "event given up",
                    "dead letter \(event.sequence) of \(group)\(reason.isEmpty ? "" : ": \(reason)")", key: "\(event.sequence)")
            } else if event.subject.isReplay {
                StoryStep(event.time, .eventReplayed, "event replayed", "event \(event.sequence)", key: "\(event.sequence)")
            } else if event.subject.isSettlement {
                StoryStep(event.time, .eventDropped, "event dropped", "event \(event.sequence)", key: "\(event.sequence)")
            } else {
                StoryStep(event.time, .event, "event \(event.sequence)", event.subject.description, key: "\(event.sequence)")
            }
        if step.kind == .eventReplayed || step.kind == .eventDropped, let letter = event.headers[HeaderName.deadLetter] {
            step.detail = "dead letter \(letter)"
            step.add("dead_letter", letter)
        }
        step.add("seq", event.sequence)
        step.add("subject", event.subject.description)
        step.add("event_id", event.id)
        step.add("original_id", event.originalID == event.id ? nil : event.originalID)
        step.add("group", group)
        step.add("reason", reason)
        step.add("request_id", event.headers[HeaderName.requestID])
        step.add("trace", event.trace)
        return step
    }
}
