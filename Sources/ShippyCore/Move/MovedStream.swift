/// How positions of a stream of events continue on the stream that it was moved to.
package struct MovedStream: Sendable {
    /// The identity of the old stream.
    package let from: String
    /// The identity of the new one.
    package let to: String
    /// The place on the new stream of what was at this place on the old one or, if the old one has it no longer, of what came before it.
    package let sequence: @Sendable (Int64) -> Int64

    package init(from: String, to: String, sequence: @escaping @Sendable (Int64) -> Int64) {
        self.from = from
        self.to = to
        self.sequence = sequence
    }
}
