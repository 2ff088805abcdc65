package import ShippyCore

/// Everything that is known to have happened to one user or by one request, in order, and what comes next.
package struct Story: Sendable {
    package var subject: StorySubject
    package private(set) var steps: [StoryStep]
    /// Whose story it is; nil if no user is known.
    package var userID: String?
    /// Whether a part could not be read, in which more may be on its way.
    package var lacksPart: Bool

    package init(_ subject: StorySubject, _ steps: [StoryStep], userID: String? = nil, lacksPart: Bool = false) {
        self.subject = subject
        self.userID = userID
        self.lacksPart = lacksPart
        self.steps = Self.inOrder(steps)
    }

    /// When it began; nil if no time is known.
    package var begin: Timestamp? { steps.lazy.compactMap(\.at).first }

    /// Whether nothing more comes by itself.
    package var isOver: Bool { !lacksPart && !steps.contains { $0.mark == .waiting } }

    /// Whether an event that has just been published may belong to it.
    package func mayConcern(_ event: Event) -> Bool {
        if event.subject.isSettlement { return true }
        if let userID, event.userID == userID { return true }
        if let eventID = subject.eventID, event.originalID == eventID { return true }
        return subject.kind == .request && event.headers[HeaderName.requestID] == subject.requestID
    }

    /// In the order of time; then those of which no time is known, what is still to come, and last what was not looked at.
    static func inOrder(_ steps: [StoryStep]) -> [StoryStep] {
        func key(_ offset: Int, _ step: StoryStep) -> (Int, Int64, Int) {
            let last =
                switch step.mark {
                case .done, .problem: 0
                case .waiting: 1
                case .note: 2
                }
            return (last, (step.at ?? step.place)?.milliseconds ?? .max, offset)
        }
        return steps.enumerated().sorted { key($0.offset, $0.element) < key($1.offset, $1.element) }.map(\.element)
    }
}
