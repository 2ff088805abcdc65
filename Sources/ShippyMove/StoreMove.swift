package import ShippyCore

/// Moves everything in one store into another.
///
/// Both stores know of the move, so that it can be interrupted at any point and run again. The source is fenced before the target may be
/// used, and stays so: at no time can anybody write to both. While services run, most of it can be copied before: see ``follow(_:_:)``.
package struct StoreMove: Sendable {
    /// A service that holds something renews its lease for as long as it runs.
    private static let leasePatience = Duration.seconds(180)
    /// The most notes that are taken at once.
    private static let noteLimit = 2000

    package let source: any MovableStore
    package let target: any MovableStore
    /// Where they are, without passwords.
    package let sourceName: String
    package let targetName: String
    /// How often to look whether all leases have ended.
    private let pause: Duration

    package init(
        from source: any MovableStore, at sourceName: String, to target: any MovableStore, at targetName: String, pause: Duration = .seconds(1)
    ) {
        self.source = source
        self.target = target
        self.sourceName = sourceName
        self.targetName = targetName
        self.pause = pause
    }

    /// What is in the source.
    package static func plan(_ source: any MovableStore) async throws -> [MovedRows] {
        var rows: [MovedRows] = []
        for table in MovedTable.all where !table.isSingle { rows.append(MovedRows(name: table.name, count: try await source.rowCount(of: table))) }
        return rows
    }

    /// Refuses to move a store that has part in another move.
    ///
    /// - Parameter its: what the target remembers.
    /// - Returns: the source's record, if this move has begun before.
    /// - Throws: ``ShippyError`` `.conflict`.
    package static func begun(_ mine: MoveRecord?, _ its: MoveRecord?, to targetName: String) throws -> MoveRecord? {
        guard let mine, mine.side == .source || mine.phase != .done else { return nil }
        guard mine.side == .source, mine.other == targetName, its?.id == mine.id, its?.side == .target else {
            let isUnknown = mine.side == .source && mine.phase != .done && mine.other == targetName
            let advice = isUnknown ? "; \(targetName) knows nothing of that move, so end it with `shippy move --abort`" : ""
            let place = mine.other.visiblyEscaped(limit: 200)
            throw ShippyError(.conflict, (mine.refusal ?? "the store is being moved to \(place): end that with `shippy move --abort`") + advice)
        }
        return mine
    }

    /// Fences the source, or follows it if it is in use.
    ///
    /// - Returns: the source's record. If the move has begun before, its phase tells how far it is.
    package func begin(isInUse: Bool = false) async throws -> MoveRecord {
        if let known = try await Self.begun(source.moveRecord(), target.moveRecord(), to: targetName) { return known }
        if !isInUse { try await waitUntilUnheld() }
        let shift = try await target.clockTime() - source.clockTime()
        let id = UUIDv7.next()
        // First, because it refuses what has rows. If the process dies before the second, nothing has been copied, and the next try begins
        // anew.
        try await target.fill(MoveRecord(id: id, side: .target, phase: .copying, other: sourceName, at: .now, clockShift: shift))
        let record = MoveRecord(
            id: id, side: .source, phase: isInUse ? .following : .copying, other: targetName, at: .now, clockShift: shift)
        if isInUse { try await source.follow(record) } else { try await source.fence(record) }
        return record
    }

    /// Copies what it can of a source that is in use, and then what has changed, until the source is at rest. Then fences it.
    ///
    /// - Returns: the record of the fenced source.
    package func follow(_ record: MoveRecord, _ following: Following, progress: @escaping MoveProgress) async throws -> MoveRecord {
        let form = MovedForm(clockShift: record.clockShift, stream: nil)
        // Nothing that is noted is applied before the end of this: until then the target's last row tells how far it is.
        for table in MovedTable.followed { try await copy(table, form, keepingOthers: true, progress) }
        var isTold = false
        while true {
            let isAtRest = try await following.isAtRest()
            let changes = try await catchUp(form)
            if isAtRest { break }
            if !isTold, changes < Self.noteLimit {
                following.hasCaughtUp()
                isTold = true
            }
            try await Task.sleep(for: pause)
        }
        try await waitUntilUnheld()
        var fenced = record
        (fenced.phase, fenced.at) = (.copying, .now)
        try await source.fence(fenced)
        return fenced
    }

    /// Takes over the changes that are noted. While the source is in use, there are always new ones.
    /// - Returns: how many it has taken.
    private func catchUp(_ form: MovedForm) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            let notes = try await source.notes(limit: Self.noteLimit)
            for table in MovedTable.followed { try await take(notes.filter { $0.table == table.name }, table, form) }
            // Only now: if it dies before, they are taken once more.
            if !notes.isEmpty { try await source.forget(notes) }
            count += notes.count
            if notes.count < Self.noteLimit { return count }
        }
    }

    /// Two users may have exchanged their e-mail addresses, so users are removed first. Whoever then still collides has changed once more,
    /// and has another note.
    private func take(_ notes: [MoveNote], _ table: MovedTable, _ form: MovedForm) async throws {
        var keys: [[MovedValue]: MoveNote] = [:]
        for note in notes { keys[note.key(of: table)] = note }
        guard !keys.isEmpty else { return }
        let page = try await source.rows(of: table, keys: Array(keys.values))
        let present = Set((0..<page.count).map { Array(page[$0].prefix(table.keyLength)) })
        let removed = table == .users ? Array(keys.values) : keys.filter { !present.contains($0.key) }.map(\.value)
        try await target.replace(removed, by: form.of(page, table), in: table, keepingOthers: table == .users)
    }

    /// A mail that is on its way to a mail server must be settled before the fence: its service could not note that it was sent.
    private func waitUntilUnheld() async throws {
        let deadline = ContinuousClock.now + Self.leasePatience
        while let left = try await source.timeUntilUnheld() {
            guard ContinuousClock.now < deadline else {
                let place = sourceName.visiblyEscaped(limit: 200)
                throw ShippyError(.unavailable, "somebody still works on \(place): stop all services, then run this again")
            }
            try await Task.sleep(for: min(left, pause))
        }
    }

    /// Copies what the target does not have yet of a fenced source.
    ///
    /// - Parameter stream: set if the bus has moved, too.
    package func copy(_ record: MoveRecord, _ stream: MovedStream?, progress: @escaping MoveProgress) async throws -> [MovedTable: Duration] {
        let form = MovedForm(clockShift: record.clockShift, stream: stream)
        var took: [MovedTable: Duration] = [:]
        _ = try await catchUp(form)
        for table in MovedTable.all {
            let start = ContinuousClock.now
            try await copy(table, form, keepingOthers: false, progress)
            took[table] = start.duration(to: .now)
        }
        return took
    }

    private func copy(_ table: MovedTable, _ form: MovedForm, keepingOthers: Bool, _ progress: MoveProgress) async throws {
        let total = try await source.rowCount(of: table)
        // Rows come in the order of their keys, so what is missing is behind the last.
        let last = table.isSingle ? nil : try await target.lastKey(of: table)
        var done = last == nil ? 0 : try await target.rowCount(of: table)
        var rest = try await source.page(of: table, after: last, limit: table.pageLimit)
        while !rest.isEmpty {
            let page = rest
            try Task.checkCancellation()
            // The next page is read while this one is written.
            async let next = source.page(of: table, after: page.lastKey(table), limit: table.pageLimit)
            try await target.write(form.of(page, table), to: table, keepingOthers: keepingOthers)
            done += page.count
            progress(table.name, done, total)
            rest = try await next
        }
    }

    /// Compares all rows of both stores.
    ///
    /// - Throws: ``ShippyError`` `.failed` with the table that differs.
    package func verify(
        _ record: MoveRecord, _ stream: MovedStream?, copying took: [MovedTable: Duration], progress: @escaping MoveProgress
    ) async throws -> [MovedRows] {
        let form = MovedForm(clockShift: record.clockShift, stream: stream)
        var rows: [MovedRows] = []
        for table in MovedTable.all {
            let start = ContinuousClock.now
            async let mine = Self.digest(source, table) { form.of($0, table) }
            async let its = Self.digest(target, table) { $0 }
            let (expected, found) = try await (mine, its)
            guard expected.count == found.count, expected.text == found.text else {
                throw ShippyError(
                    .failed,
                    """
                    \(table.name) differs: \(expected.count) rows in \(sourceName), \(found.count) in \(targetName); the old store is still the \
                    valid one: end the move with `shippy move --abort`, and begin again
                    """)
            }
            progress("checking \(table.name)", found.count, found.count)
            guard !table.isSingle else { continue }
            rows.append(
                MovedRows(
                    name: table.name, count: found.count, digest: found.text, took: start.duration(to: .now) + (took[table] ?? .zero)))
        }
        return rows
    }

    private static func digest(
        _ store: any MovableStore, _ table: MovedTable, _ form: @escaping @Sendable (MovedPage) -> MovedPage
    ) async throws -> RowDigest {
        var digest = RowDigest()
        var rest = try await store.page(of: table, after: nil, limit: table.pageLimit)
        while !rest.isEmpty {
            let page = rest
            try Task.checkCancellation()
            async let next = store.page(of: table, after: page.lastKey(table), limit: table.pageLimit)
            digest.add(form(page))
            rest = try await next
        }
        return digest
    }

    /// Opens the target to everybody. The source says from now on where it went, and does so first: until then the move can be abandoned.
    package func finish(_ record: MoveRecord) async throws {
        if record.phase == .copying {
            var mine = record
            (mine.phase, mine.at) = (.done, .now)
            try await source.fence(mine)
        }
        guard var its = try await target.moveRecord(), its.phase != .done else { return }
        (its.phase, its.at) = (.done, .now)
        try await target.fill(its)
    }

    /// Ends a move that is not done: the source is as before.
    ///
    /// - Parameter target: emptied if the move has filled it; nil if nobody has named it.
    /// - Throws: ``ShippyError`` `.conflict` if there is nothing to end.
    package static func abandon(_ source: any MovableStore, _ target: (any MovableStore)?) async throws {
        guard let mine = try await source.moveRecord(), mine.side == .source else {
            throw ShippyError(.conflict, "no move of this store is under way")
        }
        guard mine.phase != .done else { throw ShippyError(.conflict, "\(mine.refusal ?? ""); it cannot be ended any more") }
        if let target, try await target.moveRecord()?.id == mine.id { try await target.abandonMove() }
        try await source.abandonMove()
    }
}
