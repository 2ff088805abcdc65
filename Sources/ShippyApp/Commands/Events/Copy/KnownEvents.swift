import ShippyCore

/// The IDs of all events on a bus that notices duplicates only for a while.
struct KnownEvents {
    /// The most IDs: about 500 MB.
    private static let limit = 20_000_000
    private static let page = 50_000

    private var ids: Set<EventIDKey> = []
    private var through: Int64 = 0

    func contains(_ id: String) -> Bool { ids.contains(EventIDKey(id)) }

    /// Reads what was published since the last call.
    /// - Throws: ``ShippyError`` `.failed` if there are too many events.
    mutating func update(from bus: any EventBus) async throws {
        while true {
            try Task.checkCancellation()
            let page = try await bus.eventIDs(after: through, limit: Self.page)
            for id in page.sequences.keys { ids.insert(EventIDKey(id)) }
            through = page.through
            guard ids.count <= Self.limit else {
                throw ShippyError(.failed, "the bus has more than \(Self.limit) events: duplicates cannot be detected among so many")
            }
            if page.isEnd { return }
        }
    }
}
