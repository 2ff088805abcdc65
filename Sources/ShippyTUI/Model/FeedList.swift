import ShippyCore

/// An item of a list that is read in pages. IDs are in the order of the pages.
package protocol FeedRow: ListRow where ID == String {
    var changedAt: Double { get set }

    /// Whether it has changed since it was read before.
    func differs(from earlier: Self) -> Bool
}

/// A list that is read in pages, because there may be millions of items: those that were read, and how far.
package struct FeedList<Row: FeedRow>: Sendable {
    /// The most items kept. More can be found by a filter.
    package static var limit: Int { 5000 }
    /// Another page is read when the cursor is this close to the end of the last.
    private static var margin: Int { 200 }

    struct Search: Sendable {
        var number: Int
        var scanned = 0
        var progress = SearchProgress.going
    }

    package var list = RowList<Row>()
    private(set) var connection = Connection.loading
    /// The last item of the pages. Items found by a search may be further down.
    private(set) var lastID: String?
    private var newestID: String?
    private(set) var pagedCount = 0
    /// After a failure, the next page is read a moment later.
    private var readsFrom = -Double.infinity
    private(set) var isAtEnd = false
    /// Whether no more pages are read.
    var isFull: Bool { !isAtEnd && pagedCount >= Self.limit }
    var isOpen = false
    private(set) var isReading = false
    private(set) var search: Search?
    private var searches = 0
    private var isAsking = false
    private var lastAsk = -Double.infinity

    package mutating func receive(_ news: FeedNews<Row>, _ now: Moment) {
        switch news {
        case .page(let rows, let isEnd):
            isReading = false
            connection = .live
            for row in rows { list.store.put(row) }
            if newestID == nil { newestID = rows.first?.id }
            pagedCount += rows.count
            if let last = rows.last { lastID = last.id }
            isAtEnd = isEnd
        case .again(let rows, let missing):
            isAsking = false
            connection = .live
            for var row in rows {
                if list.store.place(of: row.id) == nil { pagedCount += 1 }
                row.changedAt = list.store.row(of: row.id).map { row.differs(from: $0) ? now.seconds : $0.changedAt } ?? now.seconds
                list.store.put(row)
                newestID = newestID.map { max($0, row.id) } ?? row.id
            }
            for id in missing { list.store.place(of: id).map { list.store.remove($0) } }
        case .found(let rows, let scanned, let progress, let number):
            guard search?.number == number else { return }
            connection = .live
            for row in rows where list.store.place(of: row.id) == nil { list.store.put(row) }
            // Otherwise nothing newer would be noticed before the first page.
            if newestID == nil { newestID = rows.first?.id }
            search!.scanned = scanned
            search!.progress = progress
        case .failed(let reason):
            (isReading, isAsking) = (false, false)
            readsFrom = now.seconds + 1
            connection.lose(reason, at: now.seconds)
        }
    }

    /// Reads another page if the cursor comes near the end of what was read.
    /// - Returns: the item after which to read, nil for the first page; or nil if no page is needed.
    mutating func nextPage(height: Int, _ now: Double) -> String?? {
        guard isOpen, !isReading, !isAtEnd, pagedCount < Self.limit, list.search == nil, now >= readsFrom,
            list.cursor.index + height + Self.margin >= list.shown.count
        else { return nil }
        isReading = true
        return .some(lastID)
    }

    /// Begins to search the items that were not read, or ends that.
    /// - Returns: the number of the search for ``RowList/search``; nil if none is needed.
    mutating func beginSearch() -> Int? {
        // What the last search found is thrown away: there may be no end to it.
        if search != nil, let lastID {
            let rows = list.store.rows
            for place in rows.indices.filter({ rows[$0].map { $0.id < lastID } ?? false }) { list.store.remove(place) }
        }
        search = nil
        guard list.search != nil, !isAtEnd, isOpen else { return nil }
        searches += 1
        search = Search(number: searches)
        return searches
    }

    /// What to read again, if it is time to.
    /// - Parameter visible: the items on the screen, as of the last refresh.
    mutating func lookAgain(_ visible: [String], every interval: Double, _ now: Double) -> (ids: [String], after: String?)? {
        guard isOpen, !isAsking, newestID != nil || isAtEnd, now - lastAsk >= interval, !visible.isEmpty || list.store.count == 0 || !list.isOutdated
        else { return nil }
        isAsking = true
        lastAsk = now
        return (visible, newestID)
    }

    /// When it is time for ``lookAgain(_:every:_:)``.
    func nextAsk(every interval: Double) -> Double? { isOpen ? max(lastAsk + interval, readsFrom) : nil }
}
