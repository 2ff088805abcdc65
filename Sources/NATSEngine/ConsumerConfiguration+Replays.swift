import ShippyCore

extension ConsumerConfiguration {
    // Not in the names of groups.
    private static let replaySuffix = "_replay"

    /// The durable consumer through which the group gets its replayed dead letters, because a consumer has only one filter.
    var replays: ConsumerConfiguration {
        var configuration = self
        configuration.name = name + Self.replaySuffix
        configuration.filter = SubjectFilter(.replays(of: name))
        return configuration
    }

    /// The consumer for the replays of a group whose configuration is not known.
    static func replays(of group: String) -> ConsumerConfiguration {
        ConsumerConfiguration(name: group, filter: SubjectFilter(.replays(of: group))).replays
    }

    /// The group whose replays a durable consumer with this name delivers; nil if it delivers none.
    static func group(ofReplays name: String) -> String? {
        name.hasSuffix(replaySuffix) ? String(name.dropLast(replaySuffix.count)) : nil
    }
}
