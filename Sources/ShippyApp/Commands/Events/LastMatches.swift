import ShippyCore

/// Finds where the last events that pass a selection begin, by reading the log backward in blocks. It reads no event twice, and no
/// block before the one that has the first of them.
struct LastMatches {
    /// The number of events with a matching subject in the first block. Each block is four times as large as the one after it.
    private static let firstBlock = 256
    private static let batchLimit = 1024

    let bus: any EventBus
    let subjects: [SubjectFilter]
    let selection: EventSelection
    /// Events at or after this time do not count.
    let until: Timestamp?

    /// The position of the `count`th last matching event; of the first one if there are fewer, and the end of the log if there is
    /// none.
    func start(_ count: Int) async throws -> StartPosition {
        if count == 0 { return .new }
        if selection.isEmpty, until == nil { return .last(count) }
        // Fails on a bus that stores nothing, whose reader says so.
        let end = try? await bus.position().sequence
        var (reach, block) = (0, Self.firstBlock)
        var first: Int64?
        var missing = count
        var earliest: Int64?
        while missing > 0 {
            reach += block
            guard let found = try await look(.last(reach), before: first ?? end.map { $0 + 1 }) else { return .last(count) }
            block *= 4
            guard let start = found.first, start < first ?? .max else {
                // There is nothing before the last block, unless more events came meanwhile than this block has.
                if reach >= (try? await bus.position().sequence) ?? .max { break }
                continue
            }
            if !found.matches.isEmpty {
                earliest = found.matches[max(0, found.matches.count - missing)]
                missing -= min(missing, found.matches.count)
            }
            first = start
        }
        return (earliest ?? end.map { $0 + 1 }).map { .sequence($0) } ?? .all
    }

    /// Reads from `position` up to a sequence, or to the end of the log.
    ///
    /// - Returns: the first event with one of the subjects, and the sequences of those that match; nil from a bus that stores
    ///   nothing.
    private func look(_ position: StartPosition, before end: Int64?) async throws -> (first: Int64?, matches: [Int64])? {
        let reader = try await bus.reader(subjects: subjects, from: position)
        return try await closing(
            { await reader.close() },
            after: {
                var first: Int64?
                var matches: [Int64] = []
                while true {
                    try Task.checkCancellation()
                    let items = try await reader.next(limit: Self.batchLimit, wait: .zero)
                    for item in items {
                        switch item {
                        case .event(let event):
                            if let end, event.sequence >= end { return (first, matches) }
                            if first == nil { first = event.sequence }
                            if until.map({ event.time < $0 }) ?? true, selection.look(at: event).passes { matches.append(event.sequence) }
                        case .notice(.liveOnly): return nil
                        case .notice: continue
                        }
                    }
                    if items.isEmpty { return (first, matches) }
                }
            })
    }
}
