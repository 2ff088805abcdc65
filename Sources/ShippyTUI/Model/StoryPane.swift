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
    /// The number of steps scrolled past.
    var top = 0
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
        top = 0
        lastRead = -.infinity
    }

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
            self.steps = steps
        }
    }
}
