import ShippyCore

/// Reads what the audit log has, page by page.
struct AuditReader {
    let access: any AccessAPI
    let filter: AuditFilter
    /// Only entries with IDs after this one; nil for all.
    var after: String?

    private static let pageSize = 1000

    /// The newest entries, oldest first.
    func newest(_ count: Int) async throws -> [AuditEntry] {
        var pages: [[AuditEntry]] = []
        var (rest, cursor) = (count, nil as String?)
        while rest > 0 {
            let limit = min(rest, Self.pageSize)
            let page = try await access.auditEntries(filter, .before(cursor), limit: limit)
            let wanted = page.filter { $0.id > after ?? "" }
            pages.append(wanted)
            guard wanted.count == limit, let first = wanted.first else { break }
            (rest, cursor) = (rest - limit, first.id)
        }
        return pages.reversed().flatMap(\.self)
    }

    /// Calls `body` with all entries, oldest first.
    func all(_ body: ([AuditEntry]) async throws -> Void) async throws {
        var cursor = after
        while true {
            let page = try await access.auditEntries(filter, .after(cursor), limit: Self.pageSize)
            if !page.isEmpty { try await body(page) }
            guard page.count == Self.pageSize, let last = page.last else { return }
            cursor = last.id
        }
    }
}
