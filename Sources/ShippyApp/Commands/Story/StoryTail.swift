import ShippyCore
import ShippyStory

/// Follows a story until it is over. It is read again when the mail queue or the log has changed, and when something is due.
struct StoryTail {
    enum Ending {
        /// Nothing more comes by itself.
        case over
        /// Nothing has happened for ``StoryTail/patience``, and it is not known when it will.
        case silent
    }

    static let patience = Duration.seconds(300)

    let reader: StoryReader
    let subject: StorySubject
    let store: any Store
    let bus: any EventBus
    var patience = Self.patience
    var isClosed: @Sendable () -> Bool = { StandardOutput.isClosed }

    /// The part of the time that may be spent on reading.
    private static let share = 0.1
    private static let leastPause = Duration.milliseconds(100)
    /// How often to look at what the engines do not report: that a mail that was on its way has arrived.
    private static let interval = Duration.seconds(1)
    /// What has not come within this time after something else needs somebody to start a service, and waits longer.
    private static let soon = Duration.seconds(30)
    private static let longestWait = Duration.seconds(30)
    private static let farAway = Duration.seconds(86_400)

    /// - Parameter write: is given the story and those of its steps that are new.
    func follow(_ write: (Story, [StoryStep]) async throws -> Void) async throws -> Ending {
        let news = ChangeNotifier()
        let current = CurrentStory()
        let watchers = [Task { await watchMails(news) }, Task { await watchEvents(news, current) }]
        return try await closing(
            {
                for watcher in watchers { watcher.cancel() }
                for watcher in watchers { await watcher.value }
            }, after: { try await follow(news, current, write) })
    }

    private func follow(
        _ news: ChangeNotifier, _ current: CurrentStory, _ write: (Story, [StoryStep]) async throws -> Void
    ) async throws -> Ending {
        var told: Set<String> = []
        var lastNews = ContinuousClock.now
        var wasOver = false
        while true {
            let mark = news.mark
            let start = ContinuousClock.now
            let story = try await reader.read(subject)
            current.set(story)
            let new = story.steps.filter { told.insert($0.key).inserted }
            if !new.isEmpty {
                lastNews = .now
                try await write(story, new)
            }
            // While it was read, something may have passed from one engine to the next: seen in neither.
            if story.isOver, wasOver { return .over }
            wasOver = story.isOver
            if wasOver { continue }
            // What is due in days is not waited for: a restored mail that is held has a time in a hundred years.
            let due = story.steps.filter { $0.mark == .waiting }.compactMap(\.at).filter { $0 > .now && $0 < .now + Self.farAway }.min()
            let silence = lastNews.duration(to: .now)
            if due == nil, silence >= patience { return .silent }
            try Task.checkCancellation()
            if isClosed() { throw OutputClosed() }
            try await Task.sleep(for: max(Self.leastPause, start.duration(to: .now) * (1 / Self.share - 1)))
            let interval = silence < Self.soon ? Self.interval : Self.interval * 5
            await news.wait(after: mark, upTo: due.map { min($0 - .now, Self.longestWait) } ?? interval)
        }
    }

    private func watchMails(_ news: ChangeNotifier) async {
        var mark = store.mailChanges.mark
        while !Task.isCancelled {
            await store.mailChanges.wait(after: mark, upTo: Self.longestWait)
            let next = store.mailChanges.mark
            if next != mark { news.raise() }
            mark = next
        }
    }

    /// Until cancelled. While the bus is away, the story says so.
    private func watchEvents(_ news: ChangeNotifier, _ current: CurrentStory) async {
        while !Task.isCancelled {
            if let reader = try? await bus.reader(subjects: [SubjectFilter(">")], from: .new) {
                news.raise()
                while !Task.isCancelled, let items = try? await reader.next(limit: 500, wait: Self.interval) {
                    let isNews = items.contains { if case .event(let event) = $0 { current.mayConcern(event) } else { false } }
                    if isNews { news.raise() }
                }
                await reader.close()
            }
            // Throws only when cancelled, which ends the loop.
            try? await Task.sleep(for: Self.interval)
        }
    }
}
