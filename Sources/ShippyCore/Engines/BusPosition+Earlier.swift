extension BusPosition {
    /// The smaller of the two sequences, on `other`'s stream; 0 if the two are on different streams.
    package func earlier(on other: BusPosition) -> BusPosition {
        BusPosition(identity: other.identity, sequence: identity == other.identity ? min(sequence, other.sequence) : 0)
    }
}
