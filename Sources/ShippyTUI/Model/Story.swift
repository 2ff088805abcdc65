package import ShippyCore

/// Whose story to tell.
package struct StorySubject: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case user, mail, event
    }

    package var kind: Kind
    /// The user's or mail's ID, or the event's.
    package var id: String
    package var name: String
    package var email: String?
    package var userID: String?
    package var eventID: String?
    package var requestID: String?
    /// When it began, or a little earlier.
    package var since: Timestamp

    package init(
        _ kind: Kind, id: String, name: String, email: String? = nil, userID: String? = nil, eventID: String? = nil, requestID: String? = nil,
        since: Timestamp
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.email = email
        self.userID = userID
        self.eventID = eventID
        self.requestID = requestID
        self.since = since
    }
}

/// A step of a story.
package struct StoryStep: Hashable, Sendable {
    package enum Mark: Sendable {
        case done, problem, waiting, note
    }

    /// nil for what is still to come at an unknown time.
    package var at: Timestamp?
    package var mark: Mark
    package var what: String
    package var detail: String

    package init(_ at: Timestamp?, _ mark: Mark, _ what: String, _ detail: String = "") {
        self.at = at
        self.mark = mark
        self.what = what
        self.detail = detail
    }
}

/// The story that is shown.
package struct Story: Sendable {
    /// Seconds between two readings of it; more if reading takes long.
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
            self = Story()
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
