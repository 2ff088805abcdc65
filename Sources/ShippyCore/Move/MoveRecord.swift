/// What a store remembers of a move that it has part in.
package struct MoveRecord: Hashable, Sendable {
    package enum Side: String, Sendable { case source, target }
    package enum Phase: String, Sendable {
        /// The source is in use, and notes what changes.
        case following
        /// The source is fenced.
        case copying
        case done
    }

    /// The move's, the same on both sides.
    package var id: String
    package var side: Side
    package var phase: Phase
    /// Where the other store is, without a password.
    package var other: String
    /// When the phase began.
    package var at: Timestamp
    /// How far the target's clock is ahead of the source's, in milliseconds.
    package var clockShift: Int64

    package init(id: String, side: Side, phase: Phase, other: String, at: Timestamp, clockShift: Int64) {
        self.id = id
        self.side = side
        self.phase = phase
        self.other = other
        self.at = at
        self.clockShift = clockShift
    }

    /// Why nobody but a move may use the store; nil if everybody may.
    package var refusal: String? {
        let place = other.visiblyEscaped(limit: 200)
        return switch (side, phase) {
        case (.source, .following): nil
        case (.source, .copying): "the store is being moved to \(place): wait for `shippy move`, run it again, or end it with `shippy move --abort`"
        case (.source, .done): "the store was moved to \(place) on \(at.description.prefix(10)): change the configuration"
        case (.target, .following), (.target, .copying): "the store is being filled from \(place): wait for `shippy move`, or run it again"
        case (.target, .done): nil
        }
    }

    /// - Throws: ``ShippyError`` `.unavailable` if nobody but a move may use the store.
    package func requireUsable() throws {
        if let refusal { throw ShippyError(.unavailable, refusal, retryAfter: .seconds(10)) }
    }
}
