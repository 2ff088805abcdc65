import ShippyCore
import ShippyTUI
import Synchronization

/// Reads users and mails for the panel, in pages from the newest, and searches those that it has not read.
final class PanelLists: Sendable {
    private static let firstPage = 200
    private static let pageLimit = 1000
    private static let searchPage = 2000
    /// The most items that one search returns.
    private static let foundLimit = 2000
    /// Before a search that failed goes on, and before unused memory is returned after one that is complete.
    private static let pause = Duration.seconds(1)

    private let engines: PanelEngines
    private let inbox: PanelInbox
    private let searches = Mutex<[PanelEffect.Feed: Task<Void, Never>]>([:])

    init(engines: PanelEngines, inbox: PanelInbox) {
        self.engines = engines
        self.inbox = inbox
    }

    // MARK: Pages

    func readPage(_ feed: PanelEffect.Feed, after last: String?) async {
        let limit = last == nil ? Self.firstPage : Self.pageLimit
        switch feed {
        case .users:
            await report(PanelInput.users) {
                let users = try await self.users(last, limit)
                return .page(users, isEnd: users.count < limit)
            }
        case .mails:
            await report(PanelInput.mails) {
                let mails = try await self.mails(last, limit)
                return .page(mails, isEnd: mails.count < limit)
            }
        }
    }

    /// The next users from the newest on.
    private func users(_ last: String?, _ limit: Int) async throws -> [UserRow] {
        try await engines.store().users(UserFilter(newestFirst: true), after: last, limit: limit).map { UserRow($0) }
    }

    /// The next mails from the newest on.
    private func mails(_ last: String?, _ limit: Int, ofUser user: String? = nil) async throws -> [MailRow] {
        try await engines.store().mails(MailFilter(userID: user, newestFirst: true), after: last, limit: limit).map(MailRow.init)
    }

    private func report<Row: ListRow>(_ input: (FeedNews<Row>) -> PanelInput, _ body: () async throws -> FeedNews<Row>) async {
        do {
            inbox.post(input(try await body()))
        } catch {
            inbox.post(input(.failed(reason: ShippyError.reason(of: error))))
        }
    }

    // MARK: What is on the screen

    func lookAgain(_ feed: PanelEffect.Feed, _ ids: [String], newest: String?) async {
        switch feed {
        case .users:
            await report(PanelInput.users) {
                let store = try self.engines.store()
                let (rows, missing) = try await Self.again(ids) { try await store.user(id: $0).map { UserRow($0) } }
                let new = try await store.users(.all, after: newest, limit: Self.pageLimit).map { UserRow($0) }
                return .again(rows + new, missing: missing)
            }
        case .mails:
            await report(PanelInput.mails) {
                let store = try self.engines.store()
                let (rows, missing) = try await Self.again(ids) { try await store.mail(id: $0).map(MailRow.init) }
                let new = try await store.mails(state: nil, after: newest, limit: Self.pageLimit).map(MailRow.init)
                return .again(rows + new, missing: missing)
            }
        }
    }

    private static func again<Row>(_ ids: [String], _ row: (String) async throws -> Row?) async throws -> (rows: [Row], missing: [String]) {
        var (rows, missing): ([Row], [String]) = ([], [])
        for id in ids {
            if let row = try await row(id) { rows.append(row) } else { missing.append(id) }
        }
        return (rows, missing)
    }

    // MARK: Searching

    /// Begins a search, instead of the one before; nil only ends that.
    func search(_ feed: PanelEffect.Feed, _ wanted: RowSearch?, after last: String?, number: Int) {
        let task = wanted.map { wanted in
            Task(priority: .utility) { [self] in
                switch feed {
                case .users:
                    await search(wanted, after: last, number, PanelInput.users) { last, limit in
                        guard let id = wanted.value(of: "id"), id.isUUID else { return try await self.users(last, limit) }
                        return try await self.engines.store().user(id: id).map { [UserRow($0)] } ?? []
                    }
                case .mails:
                    let user = wanted.value(of: "user").flatMap { $0.isUUID ? $0 : nil }
                    await search(wanted, after: last, number, PanelInput.mails) { try await self.mails($0, $1, ofUser: user) }
                }
            }
        }
        searches.withLock { searches in
            searches[feed]?.cancel()
            searches[feed] = task
        }
    }

    private func search<Row: ListRow>(
        _ wanted: RowSearch, after last: String?, _ number: Int, _ input: (FeedNews<Row>) -> PanelInput,
        page: (String?, Int) async throws -> [Row]
    ) async where Row.ID == String {
        var (last, scanned, found) = (last, 0, 0)
        while !Task.isCancelled {
            do {
                let rows = try await page(last, Self.searchPage)
                try Task.checkCancellation()
                let matching = wanted.matching(rows)
                scanned += rows.count
                found += matching.count
                last = rows.last?.id ?? last
                let progress: SearchProgress =
                    rows.count < Self.searchPage ? .complete : found >= Self.foundLimit ? .full : .going
                inbox.post(input(.found(matching, scanned: scanned, progress, number: number)))
                guard progress == .going else {
                    // By then the panel has taken what was found.
                    try await Task.sleep(for: Self.pause)
                    return AllocatorArenas.trim()
                }
            } catch {
                guard !Task.isCancelled else { return }
                inbox.post(input(.failed(reason: ShippyError.reason(of: error))))
                // Goes on where it was. Throws only when cancelled, which ends the loop.
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Ends all searches.
    func stop() async {
        let tasks = searches.withLock { searches in
            defer { searches = [:] }
            return Array(searches.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
