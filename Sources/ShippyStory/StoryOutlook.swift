import ShippyCore
import ShippyEvents

/// What comes next besides the mails that are in the queue, and why it has not come yet.
struct StoryOutlook {
    /// How long after its event a mail may still come although the notificators have nothing left to do.
    private static let moment = Duration.seconds(10)

    private let engines: StoryEngines
    private let known: StoryKnowledge

    init(_ engines: StoryEngines, _ known: StoryKnowledge) {
        self.engines = engines
        self.known = known
    }

    func steps() async -> [StoryStep] {
        await missingEvent() + (known.isBusAway ? [] : missingMails())
    }

    /// The event of a user who is not announced yet, as far as the outbox knows.
    private func missingEvent() async -> [StoryStep] {
        guard let account = known.account, !known.events.contains(where: { $0.subject == .userCreated }) else { return [] }
        guard let outbox = engines.store.outbox, let status = try? await outbox.outboxStatus() else { return unseen() }
        let age = (Timestamp.now - account.user.createdAt).seconds
        if status.pending > 0, age <= status.oldestAge + Self.moment.seconds {
            let missing = await Self.missing("users", engines, of: "users service")
            let others = status.pending == 1 ? "1 event waits there" : "\(status.pending) events wait there"
            let reason =
                missing ?? (known.isBusAway ? "the bus cannot be reached" : nil)
                ?? "\(others), the oldest for \(StoryText.length(.milliseconds(Int64(status.oldestAge * 1000))))"
            return [StoryStep(nil, .next, .waiting, "event user.created", "waits in the outbox: \(reason)", key: "event \(missing ?? "")")]
        }
        if age < Self.moment.seconds, !known.isBusAway {
            return [StoryStep(nil, .next, .waiting, "event user.created", "is about to be published", key: "event soon")]
        }
        return unseen()
    }

    /// None while the bus is away: another step says that no event could be read.
    private func unseen() -> [StoryStep] {
        guard !known.isBusAway else { return [] }
        let reason = "user.created was not among the events that were looked at; it may have expired"
        return [StoryStep(nil, .note, .note, "event", reason, key: "event")]
    }

    /// The mails of events that no notificator has handled yet.
    private func missingMails() async -> [StoryStep] {
        let mailed = Set(known.mails.compactMap(\.eventID))
        let dead = Set(known.events.filter { $0.subject.deadLetterGroup != nil }.map(\.originalID))
        let replayed = Set(known.events.filter(\.subject.isReplay).map(\.originalID))
        let unmailed = known.events.filter { event in
            event.group != nil && !mailed.contains(event.id) && (!dead.contains(event.id) || replayed.contains(event.id))
        }
        guard !unmailed.isEmpty, let consumers = try? await engines.bus().status().consumers else { return [] }
        var steps: [StoryStep] = []
        for event in unmailed {
            let consumer = consumers.first { $0.name == event.group?.name }
            let isNew = event.time + Self.moment > .now
            guard let consumer, consumer.lag == 0, !isNew else {
                let missing = await Self.missing("notificator", engines)
                let behind =
                    consumer.map { "the notificators have \($0.lag) events left to handle, \($0.inWork) of them in work" }
                    ?? "no notificator has run yet"
                let detail = "waits: \(missing ?? (isNew ? "a notificator is about to queue it" : behind))"
                steps.append(StoryStep(nil, .next, .waiting, "mail of event \(event.sequence)", detail, key: "mail \(event.id) \(missing ?? "")"))
                continue
            }
            steps.append(
                StoryStep(
                    nil, .note, .note, "mail", "no mail of event \(event.sequence) is in the queue: it may have been sent and removed since",
                    key: "mail \(event.id)"))
        }
        return steps
    }

    /// What is missing while no instance of a service is registered; nil if there is one, or that cannot be known.
    static func missing(_ service: String, _ engines: StoryEngines, of name: String? = nil) async -> String? {
        guard await engines.isRunning(service) == false else { return nil }
        return "no \(name ?? service) is running: `shippy up` or `shippy serve \(service)` starts one"
    }
}

extension Event {
    /// The group that makes a mail of it; nil if none does.
    fileprivate var group: ConsumerConfiguration? {
        switch subject {
        case .userCreated: headers[HeaderName.welcome] == "no" ? nil : .welcome
        case .userNotice: .notices
        default: nil
        }
    }
}
