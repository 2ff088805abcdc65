package import ShippyCore

/// Moves the events of one bus to another, with their sequences, and the groups to where they were.
///
/// What it has copied so far is what the target has: it goes on behind the last event if that is the source's, too.
package struct EventsMove: Sendable {
    private static let page = 1000

    private let source: any MovableBus
    private let target: any MovableBus

    /// Closes both with ``close()``.
    package init(from source: any MovableBus, to target: any MovableBus) {
        self.source = source
        self.target = target
    }

    /// What would move. It makes and changes nothing.
    /// - Throws: ``ShippyError`` `.conflict` if the target has events from elsewhere.
    package func plan() async throws -> [MovedRows] {
        guard let extent = try await source.extent() else { return [MovedRows(name: "events", count: 0)] }
        _ = try await place(extent)
        return [MovedRows(name: "events", count: Int(extent.count)), MovedRows(name: "consumer groups", count: try await source.movedGroups().count)]
    }

    /// Copies the log to its end, places the groups, and compares both logs.
    ///
    /// - Returns: how positions on the old stream continue on the new one.
    /// - Throws: ``ShippyError`` `.conflict` if somebody else has used either bus meanwhile.
    package func run(progress: MoveProgress) async throws -> (stream: MovedStream, rows: [MovedRows]) {
        let started = ContinuousClock.now
        let extent = try await source.position()
        guard let before = try await source.extent() else { throw ShippyError(.conflict, "the stream of the old bus was deleted just now") }
        try await copy(before, progress)
        let groups = try await source.movedGroups()
        try await target.place(groups)
        let digest = try await verified(progress, before)
        guard try await source.position() == extent else {
            throw ShippyError(.conflict, "somebody has published to the old bus meanwhile: run this again")
        }
        let stream = MovedStream(from: extent.identity, to: try await target.position().identity) { $0 }
        let rows = [
            MovedRows(name: "events", count: digest.count, digest: digest.text, took: started.duration(to: .now)),
            MovedRows(name: "consumer groups", count: groups.count),
        ]
        return (stream, rows)
    }

    package func close() async {
        await source.close()
        await target.close()
    }

    /// - Returns: the last sequence that was copied before; nil if the target has no events.
    /// - Throws: ``ShippyError`` `.conflict` if the target has events from elsewhere.
    private func place(_ extent: LogExtent) async throws -> Int64? {
        guard let there = try await target.extent(), there.last > 0 else { return nil }
        // An empty one that was begun.
        if there.count == 0, there.last == extent.first - 1 { return nil }
        let isPart = there.first >= extent.first && there.last <= extent.last
        guard isPart, try await target.eventID(at: there.last) == source.eventID(at: there.last) else { throw ShippyError.alsoUsed(there.last) }
        if there.count > 0 {
            guard try await target.eventID(at: there.first) == source.eventID(at: there.first) else { throw ShippyError.alsoUsed(there.first) }
        }
        return there.last
    }

    private func copy(_ extent: LogExtent, _ progress: MoveProgress) async throws {
        var last: Int64
        if let there = try await place(extent) {
            last = there
        } else {
            try await target.begin(at: extent.first)
            last = extent.first - 1
        }
        guard last < extent.last else { return }
        var done = Int(last - extent.first + 1)
        try await read(source, from: last + 1, through: extent.last) { events in
            try await target.append(copies: events, through: events.last!.sequence)
            last = events.last!.sequence
            done += events.count
            progress("events", done, Int(extent.count))
        }
        if last < extent.last { try await target.append(copies: [], through: extent.last) }
    }

    /// - Throws: ``ShippyError`` `.conflict` if the logs differ.
    private func verified(_ progress: MoveProgress, _ extent: LogExtent) async throws -> EventDigest {
        async let old = digest(source, extent)
        let new = try await digest(target, extent)
        let expected = try await old
        guard expected.count == new.count, expected.text == new.text else {
            throw ShippyError(
                .conflict,
                "the events differ: \(expected.count) on the old bus, \(new.count) on the new one; empty the new one, and run this again")
        }
        return new
    }

    private func digest(_ bus: any MovableBus, _ extent: LogExtent) async throws -> EventDigest {
        var digest = EventDigest()
        guard extent.count > 0 else { return digest }
        try await read(bus, from: extent.first, through: extent.last) { events in
            for event in events { digest.add(event) }
        }
        return digest
    }

    /// Reads in order, up to a sequence that the log has reached.
    private func read(
        _ bus: any MovableBus, from first: Int64, through end: Int64, _ body: ([Event]) async throws -> Void
    ) async throws {
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: .sequence(first))
        do {
            var last = first - 1
            while last < end {
                try Task.checkCancellation()
                let items = try await reader.next(limit: Self.page, wait: .zero)
                if items.isEmpty { break }
                var events: [Event] = []
                for item in items {
                    switch item {
                    case .event(let event):
                        last = event.sequence
                        if event.sequence <= end { events.append(event) }
                    case .notice(.gap(_, let to, _)): last = max(last, to)
                    case .notice(.reset), .notice(.liveOnly):
                        throw ShippyError(.conflict, "the log began anew while it was read: run this again")
                    case .notice(.away), .notice(.reconnected): break
                    }
                }
                if !events.isEmpty { try await body(events) }
            }
            await reader.close()
        } catch {
            await reader.close()
            throw error
        }
    }
}
