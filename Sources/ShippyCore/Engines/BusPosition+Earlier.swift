extension BusPosition {
    /// A place on the other's stream that is before this one and the other: its beginning when the two are on different streams.
    package func earlier(on other: BusPosition) -> BusPosition {
        BusPosition(identity: other.identity, sequence: identity == other.identity ? min(sequence, other.sequence) : 0)
    }
}
