import ShippyCore

/// Follows the audit log by reading it once a second.
struct AuditTail {
    let access: any AccessAPI
    let filter: AuditFilter
    var pause = Duration.seconds(1)
    var say: (String) -> Void = Console.say
    var isClosed: () -> Bool = { StandardOutput.isClosed }

    /// How far each reading goes back before the newest entry. Entries are in the order of the clocks of those who made them, and
    /// may be committed in another order.
    static let overlap = Duration.seconds(10)
    private static let pageSize = 1000

    /// Calls `write` with the entries after `cursor`, and then with new ones, each once, until the task is cancelled or standard
    /// output is closed.
    ///
    /// An outage of the service after the first answer is reported once, and waited for.
    func follow(after cursor: String?, _ write: ([AuditEntry]) async throws -> Void) async throws {
        var seen: Set<String> = []
        var newest: Timestamp?
        var isAway = false
        var hasAnswered = false
        while true {
            let start = [cursor, newest.map { UUIDv7.lowerBound($0 - Self.overlap) }].compactMap { $0 }.max()
            do {
                try await read(after: start) { page in
                    hasAnswered = true
                    let new = page.filter { seen.insert($0.id).inserted }
                    newest = (new.map(\.at) + [newest].compactMap { $0 }).max()
                    if !new.isEmpty { try await write(new) }
                }
                if isAway { say("shippy: the audit log can be read again") }
                isAway = false
            } catch let error as ShippyError where hasAnswered && (error.code == .unavailable || error.code == .overloaded) {
                if !isAway { say("shippy: cannot read the audit log, trying again: \(error.message)") }
                isAway = true
            }
            // Those before the next start are not read again.
            if let newest { seen = seen.filter { $0 > UUIDv7.lowerBound(newest - Self.overlap) } }
            if isClosed() { throw OutputClosed() }
            try await Task.sleep(for: pause)
        }
    }

    private func read(after start: String?, _ body: ([AuditEntry]) async throws -> Void) async throws {
        var cursor = start
        while true {
            let page = try await access.auditEntries(filter, after: cursor, limit: Self.pageSize)
            try await body(page)
            guard page.count == Self.pageSize, let last = page.last else { return }
            cursor = last.id
        }
    }
}
