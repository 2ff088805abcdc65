/// Which entries of the audit log to list.
package struct AuditFilter: Hashable, Sendable {
    /// As in ``AuditEntry/target``.
    package var target: String?
    package var actor: String?
    /// The whole action, such as `user.disable`, or its first parts, such as `user`.
    package var action: String?
    /// As in ``AuditEntry/outcome``.
    package var outcome: String?
    /// At this time or later.
    package var since: Timestamp?
    /// At this time or earlier.
    package var until: Timestamp?

    package init(
        target: String? = nil, actor: String? = nil, action: String? = nil, outcome: String? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.target = target
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.since = since
        self.until = until
    }

    /// All matching entries have IDs before this one; nil if there is no such limit.
    package var end: String? { until.map { UUIDv7.lowerBound($0 + .milliseconds(1)) } }
}

/// Where to begin in the audit log, and in which direction to read.
package enum AuditPage: Hashable, Sendable {
    /// The oldest entries with IDs after this one; nil for the oldest of all.
    case after(String?)
    /// The newest entries with IDs before this one; nil for the newest of all.
    case before(String?)
}

/// What was done, by whom. Changes record their entries themselves, in their own transaction: see ``AccessStore``.
package protocol AuditLog: Sendable {
    /// Records what changed nothing else, such as a failed login. Concurrent calls share a commit. An entry that is recorded
    /// already stays as it is.
    ///
    /// - Throws: `.overloaded` at once when too many calls are waiting.
    func record(_ entries: [AuditEntry]) async throws

    /// At most `limit` matching entries from this place, in either direction oldest first: in ID order, which is the order of time.
    ///
    /// A page is found by an index, however many entries there are, for a target, an actor, or an outcome other than `ok`.
    func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry]
}

extension AuditLog {
    /// Entries with IDs after `cursor`, oldest first.
    package func auditEntries(_ filter: AuditFilter, after cursor: String?, limit: Int) async throws -> [AuditEntry] {
        try await auditEntries(filter, .after(cursor), limit: limit)
    }
}
