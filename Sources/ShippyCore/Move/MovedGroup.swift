/// How far a consumer group is, to go on there on another bus.
package struct MovedGroup: Hashable, Sendable {
    package let name: String
    package let filter: SubjectFilter
    /// The group has acknowledged every event up to here that it takes. It may have acknowledged later ones, too: it gets those again.
    package let acknowledged: Int64
    /// The same for its replayed dead letters.
    package let replaysAcknowledged: Int64

    package init(name: String, filter: SubjectFilter, acknowledged: Int64, replaysAcknowledged: Int64) {
        self.name = name
        self.filter = filter
        self.acknowledged = acknowledged
        self.replaysAcknowledged = replaysAcknowledged
    }
}
