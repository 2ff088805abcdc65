import ShippyCore

/// Puts together what the engines hold about a user, a mail, an event or a request, in order.
///
/// It reads bounded numbers of rows, by an index or near the times that are known, and says what it has not looked at. With a million
/// users, events and mails it takes as long as with a hundred.
package struct StoryReader: Sendable {
    /// The most entries of the audit log that are read: the newest.
    static let entryLimit = 500
    static let mailLimit = 1000
    /// The most times near which events are looked for: the first and the newest ones.
    static let timeLimit = 12
    /// The most mails whose attempts and audit entries are read: the newest.
    static let triedLimit = 50
    /// Clocks of different machines differ by less than this.
    static let earlier = Duration.seconds(2)

    private let engines: StoryEngines

    package init(_ engines: StoryEngines) {
        self.engines = engines
    }

    /// - Throws: ``ShippyError`` of the store. If only another engine is away, a step says so.
    package func read(_ subject: StorySubject) async throws -> Story {
        var known = StoryKnowledge(subject)
        var steps: [StoryStep] = []
        do {
            let log = StoryEvents(bus: try engines.bus())
            if known.userID == nil, subject.kind != .request { known.learn(try await log.event(of: subject)) }
            try await known.readUser(engines.store)
            let (events, isWhole) = try await log.find(near: known.times, known.selection())
            known.take(isWhole ? events : try await known.withDeadLetters(events, log.bus))
            if !isWhole {
                steps.append(
                    StoryStep(nil, .note, .note, "events", "only those near the known times and the last \(StoryEvents.limit) were looked at"))
            }
        } catch let error as ShippyError {
            try await known.readUser(engines.store)
            known.isBusAway = true
            steps.append(StoryStep(nil, .note, .note, "events", "cannot be read: \(error.message)"))
        }
        try await known.readOrigins(engines.store)
        try await known.readMails(engines.store)
        steps = known.steps() + steps
        if known.hasMoreMails {
            steps.append(StoryStep(nil, .note, .note, "mails", "only the newest \(Self.mailLimit) of the user were looked at"))
        }
        if known.guessed > 0 {
            let mails = known.guessed == 1 ? "1 mail does not tell whose it is: its" : "\(known.guessed) mails do not tell whose they are: their"
            steps.append(StoryStep(nil, .note, .note, "mails", "\(mails) address is the user's"))
        }
        let missing = known.mails.contains { $0.state == .queued || $0.state == .sending } ? await missingNotificator() : nil
        for (offset, mail) in known.mails.enumerated() {
            let attempts = offset >= known.mails.count - Self.triedLimit ? try await engines.store.attempts(of: mail.id) : []
            steps += StoryStep.mail(mail, attempts, isOneOfSeveral: known.mails.count > 1, most: engines.mailAttempts, waitsFor: missing)
        }
        steps += await StoryOutlook(engines, known).steps()
        return Story(known.named(subject), steps, userID: known.userID, lacksPart: known.isBusAway)
    }

    private func missingNotificator() async -> String? {
        await StoryOutlook.missing("notificator", engines)
    }
}
