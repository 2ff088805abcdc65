/// A bus that can be moved: its events with their sequences, and how far its groups are. Nobody may use the target meanwhile, and nobody
/// may publish to the source.
package protocol MovableBus: EventBus {
    /// - Returns: nil if the log does not exist yet.
    func extent() async throws -> LogExtent?

    /// The consumer groups, by name.
    func movedGroups() async throws -> [MovedGroup]

    /// Makes an empty log begin at `sequence`. The log is created if it is missing.
    /// - Throws: ``ShippyError`` `.conflict` if it has events, or has had some.
    func begin(at sequence: Int64) async throws

    /// Appends events of another log in order, each under its own sequence; the sequences in between have no event. An event whose ID
    /// the log has already is left out.
    ///
    /// A bus that gives events times of its own keeps the earlier one in ``HeaderName/originalTime``.
    /// - Parameter end: the last sequence afterwards.
    /// - Throws: ``ShippyError`` `.conflict` if somebody else has published meanwhile. What was appended stays.
    func append(copies: [Event], through end: Int64) async throws

    /// Creates the groups, or creates them again, each where it was.
    func place(_ groups: [MovedGroup]) async throws
}

extension Event {
    /// When it was stored first, before any import or move.
    package var storedAt: Timestamp { headers[HeaderName.originalTime].flatMap { Timestamp($0) } ?? time }
}

extension ShippyError {
    /// Somebody else uses the log that is being filled.
    package static func alsoUsed(_ sequence: Int64) -> ShippyError {
        ShippyError(.conflict, "the new bus has another event at \(sequence): somebody else uses it; move to an empty one")
    }
}
