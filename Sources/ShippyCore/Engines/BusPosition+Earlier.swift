extension BusPosition {
    /// A position on `other`'s stream that is before both: the smaller sequence, or 0 when the two are on different streams.
    package func earlier(on other: BusPosition) -> BusPosition {
        BusPosition(identity: other.identity, sequence: identity == other.identity ? min(sequence, other.sequence) : 0)
    }
}
