/// Which entries of the audit log to list.
package struct AuditFilter: Hashable, Sendable {
    /// As in ``AuditEntry/target``.
    package var target: String?
    package var actor: String?
    /// The whole action, such as `user.disable`, or its first parts, such as `user`.
    package var action: String?
    package var since: Timestamp?

    package init(target: String? = nil, actor: String? = nil, action: String? = nil, since: Timestamp? = nil) {
        self.target = target
        self.actor = actor
        self.action = action
        self.since = since
    }
}

/// What was done, by whom. Changes record their entries themselves, in their own transaction: see ``AccessStore``.
package protocol AuditLog: Sendable {
    /// Records what changed nothing else, such as a failed login. Concurrent calls share a commit. An entry that is recorded
    /// already stays as it is.
    ///
    /// - Throws: `.overloaded` at once when too many calls are waiting.
    func record(_ entries: [AuditEntry]) async throws

    /// Entries with IDs after `cursor`, in ID order, which is the order of time.
    func auditEntries(_ filter: AuditFilter, after cursor: String?, limit: Int) async throws -> [AuditEntry]
}
