import ShippyCore

/// Follows the audit log by reading it once a second.
struct AuditTail {
    let reader: AuditReader
    var pause = Duration.seconds(1)
    var say: (String) -> Void = Console.say
    var isClosed: () -> Bool = { StandardOutput.isClosed }

    /// How far each reading goes back before the newest entry. Entries are in the order of the clocks of those who made them, and
    /// may be committed in another order.
    static let overlap = Duration.seconds(10)

    /// Calls `write` with the last entries, and then with new ones, each once, until the task is cancelled or standard output is closed.
    ///
    /// An outage of the service after the first answer is reported once, and waited for.
    /// - Parameter count: how many of the entries that are there already; nil for all.
    func follow(last count: Int?, _ write: ([AuditEntry]) async throws -> Void) async throws {
        var seen: Set<String> = []
        var newest: Timestamp?
        // Entries before this one are not to be shown, if they are found by the first reading.
        var first = ""
        var isAway = false
        var hasAnswered = false
        if let count {
            let last = try await reader.newest(count)
            hasAnswered = true
            seen = Set(last.map(\.id))
            newest = last.map(\.at).max()
            first = last.first?.id ?? ""
            if !last.isEmpty { try await write(last) }
        }
        while true {
            let start = newest.map { UUIDv7.lowerBound($0 - Self.overlap) }
            do {
                try await read(after: start) { page in
                    hasAnswered = true
                    let new = page.filter { seen.insert($0.id).inserted && $0.id > first }
                    newest = (new.map(\.at) + [newest].compactMap { $0 }).max()
                    if !new.isEmpty { try await write(new) }
                }
                first = ""
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
        var reader = reader
        reader.after = [reader.after, start].compactMap { $0 }.max()
        try await reader.all(body)
    }
}
