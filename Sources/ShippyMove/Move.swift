import ShippyCore

/// Moves an installation to other engines: its store, its bus, or both.
///
/// The store is fenced first, then the bus is moved to its end, then the store is copied: what the outbox says about the bus is right for
/// the new one. Only when all of it has been checked does anybody get the new engines, and the old ones say where they went.
package struct Move: Sendable {
    package struct Outcome: Sendable {
        package var rows: [MovedRows]
        /// Whether an earlier run had finished it.
        package var isRepeated: Bool
    }

    package let store: StoreMove?
    package let bus: EventsMove?

    package init(store: StoreMove?, bus: EventsMove?) {
        self.store = store
        self.bus = bus
    }

    /// - Parameter following: set if services may run; otherwise they are known to be stopped.
    package func run(_ following: Following? = nil, progress: @escaping MoveProgress) async throws -> Outcome {
        guard let store else {
            guard let bus else { return Outcome(rows: [], isRepeated: true) }
            return Outcome(rows: try await bus.run(progress: progress).rows, isRepeated: false)
        }
        let isInUse = if let following { try await !following.isAtRest() } else { false }
        var record = try await store.begin(isInUse: isInUse)
        if record.phase == .following {
            let atRest = Following(isAtRest: { true }, hasCaughtUp: {})
            record = try await store.follow(record, following ?? atRest, progress: progress)
        }
        guard record.phase == .copying else {
            // It may have died just before the end.
            try await store.finish(record)
            return Outcome(rows: [], isRepeated: true)
        }
        let moved = try await bus?.run(progress: progress)
        let took = try await store.copy(record, moved?.stream, progress: progress)
        let rows = try await store.verify(record, moved?.stream, copying: took, progress: progress)
        try await store.finish(record)
        return Outcome(rows: rows + (moved?.rows ?? []), isRepeated: false)
    }
}
