import Synchronization

/// Limits the log lines about refused connections and calls, and about calls that fail in an outage: anyone can cause them without end.
/// Of equal ones, there is one a second.
package final class RefusalLog: Sendable {
    private static let interval = Duration.seconds(1)
    /// How many subjects are told apart. All others share one more line.
    static let subjectLimit = 16

    private struct State {
        var last: ContinuousClock.Instant
        var missed = 0
    }

    private struct States {
        var ofSubjects: [String: State] = [:]
        var ofOthers: State?
    }

    private let states = Mutex(States())

    package init() {}

    /// - Parameter subject: what makes two lines equal, such as an error's text.
    /// - Returns: the number of refusals without a line since the last line; nil if this one gets no line either.
    package func next(of subject: String = "", at now: ContinuousClock.Instant = .now) -> Int? {
        states.withLock { states in
            if states.ofSubjects[subject] == nil, states.ofSubjects.count >= Self.subjectLimit {
                states.ofSubjects = states.ofSubjects.filter { now - $0.value.last < Self.interval }
                if states.ofSubjects.count >= Self.subjectLimit { return Self.next(&states.ofOthers, at: now) }
            }
            return Self.next(&states.ofSubjects[subject], at: now)
        }
    }

    private static func next(_ state: inout State?, at now: ContinuousClock.Instant) -> Int? {
        if let last = state?.last, now - last < interval {
            state?.missed += 1
            return nil
        }
        defer { state = State(last: now) }
        return state?.missed ?? 0
    }
}
