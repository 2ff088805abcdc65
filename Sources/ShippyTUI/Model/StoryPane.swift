import ShippyCore
package import ShippyStory

/// The story that is shown.
package struct StoryPane: Sendable {
    /// The seconds between two readings of it; more if reading takes long.
    static let interval = 2.0
    /// The part of the time that may be spent on reading.
    private static let share = 0.1

    package internal(set) var subject: StorySubject?
    private(set) var steps: [StoryStep] = []
    private(set) var connection = Connection.loading
    /// The index of the selected step.
    private(set) var cursor = 0
    /// Whether the last step is selected, whatever comes. A problem stays selected: somebody is about to do something about it.
    private var isAtEnd = true
    /// Whether problems do not hold the cursor: somebody has done something about one, and waits for what comes of it.
    private var isWatching = false
    /// Where Esc goes.
    var origin = PanelTab.users
    private var isReading = false
    private var lastRead = -Double.infinity
    private var pause = Self.interval

    /// Opens a story; its steps come later.
    mutating func open(_ subject: StorySubject, from tab: PanelTab) {
        if subject != self.subject {
            self = StoryPane()
            self.subject = subject
        }
        origin = tab
        isWatching = false
        goToEnd()
        lastRead = -.infinity
    }

    private mutating func goToEnd() {
        isAtEnd = true
        cursor = max(0, steps.count - 1)
    }

    /// Shows what comes from now on.
    mutating func watch() {
        isWatching = true
        goToEnd()
    }

    var selected: StoryStep? { steps.indices.contains(cursor) ? steps[cursor] : nil }

    mutating func move(_ lines: Int) {
        cursor = min(max(0, cursor + lines), max(0, steps.count - 1))
        isAtEnd = cursor == steps.count - 1
        isWatching = false
    }

    /// Reads it again as soon as possible.
    mutating func hurry() { lastRead = -.infinity }

    /// The story to read, if it is time to.
    mutating func due(_ now: Double) -> StorySubject? {
        guard let subject, !isReading, now - lastRead >= pause else { return nil }
        isReading = true
        lastRead = now
        return subject
    }

    var nextRead: Double? { subject == nil ? nil : lastRead + pause }

    mutating func receive(_ subject: StorySubject, _ steps: [StoryStep], failure: String?, _ now: Moment) {
        guard subject == self.subject else { return }
        isReading = false
        pause = max(Self.interval, (now.seconds - lastRead) / Self.share)
        if let failure {
            if case .stale = connection { return }
            connection = .stale(since: now.seconds, reason: failure)
        } else {
            connection = .live
            let key = selected?.key
            if let selected, selected.mark == .problem, !isWatching { isAtEnd = false }
            self.steps = steps
            let end = max(0, steps.count - 1)
            cursor = isAtEnd ? end : key.flatMap { key in steps.firstIndex { $0.key == key } } ?? min(cursor, end)
        }
    }
}
