/// What a bus has, without making anything that it does not have.
package struct LogExtent: Hashable, Sendable {
    package let identity: String
    /// One past the last if there are no events.
    package let first: Int64
    /// 0 before the first publish.
    package let last: Int64
    package let count: Int64

    package init(identity: String, first: Int64, last: Int64, count: Int64) {
        self.identity = identity
        self.first = first
        self.last = last
        self.count = count
    }
}
