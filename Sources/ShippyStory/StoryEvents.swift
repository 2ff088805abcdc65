import ShippyCore

/// Reads the log near known times. It has no index of users.
struct StoryEvents {
    /// The most events that are looked at from one place on.
    static let limit = 10_000
    /// Where an event of a change was found, the change's other events are right behind it.
    static let behind = 500
    private static let page = 500
    /// How much earlier than a change its event may seem to be published. A bus on another machine has another clock; in a busy log,
    /// too many events lie between.
    static let earlier = [Duration.milliseconds(20), .seconds(2)]

    let bus: any EventBus

    /// Calls `body` with events from `start` on, until it returns false, the log ends, or ``limit`` events have been looked at.
    ///
    /// - Returns: the last event, and whether the log ended.
    @discardableResult
    func look(from start: StartPosition, limit: Int = limit, at body: (Event) -> Bool) async throws -> (last: Event?, isEnd: Bool) {
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: start)
        do {
            let outcome = try await look(reader, limit, body)
            await reader.close()
            return outcome
        } catch {
            await reader.close()
            throw error
        }
    }

    private func look(_ reader: any EventReader, _ limit: Int, _ body: (Event) -> Bool) async throws -> (last: Event?, isEnd: Bool) {
        var (count, last) = (0, nil as Event?)
        while count < limit {
            let items = try await reader.next(limit: Self.page, wait: .zero)
            if items.isEmpty { return (last, true) }
            for case .event(let event) in items {
                count += 1
                last = event
                if !body(event) { return (last, false) }
            }
        }
        return (last, false)
    }

    /// The matching events near these times, and among the last ones.
    ///
    /// From each time on, it reads until ``behind`` events after the last that it has found, or ``limit`` events without any.
    /// - Returns: in order, and whether every event since the first time was looked at.
    func find(near times: [Timestamp], _ isWanted: (Event) -> Bool) async throws -> (events: [Event], isWhole: Bool) {
        var found: [Int64: Event] = [:]
        var reached: Event?
        var hasGap = false
        for time in times.sorted() {
            let before = reached
            for earlier in Self.earlier {
                let start = time - earlier
                // Not twice through the same ones.
                let goesOn = before.map { start <= $0.time } ?? false
                var sinceLast: Int?
                let (last, isEnd) = try await look(from: goesOn ? .sequence(before!.sequence + 1) : .time(start)) { event in
                    if isWanted(event) {
                        found[event.sequence] = event
                        sinceLast = 0
                    } else {
                        sinceLast? += 1
                    }
                    return sinceLast.map { $0 < Self.behind } ?? true
                }
                let isDone = sinceLast != nil || earlier == Self.earlier.last
                if isDone, before != nil, !goesOn { hasGap = true }
                if isEnd, isDone, !hasGap { return (Self.ordered(found), true) }
                if let last, last.sequence > reached?.sequence ?? 0 { reached = last }
                if isDone { break }
            }
        }
        var first: Int64?
        try await look(from: .last(Self.limit)) { event in
            first = first ?? event.sequence
            if isWanted(event) { found[event.sequence] = event }
            return true
        }
        let joins = first.map { first in reached.map { first <= $0.sequence + 1 } ?? false } ?? true
        return (Self.ordered(found), joins && !hasGap)
    }

    private static func ordered(_ events: [Int64: Event]) -> [Event] { events.values.sorted { $0.sequence < $1.sequence } }
}
