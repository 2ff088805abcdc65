/// What a reader of a long list tells the panel: the list is read in pages, the newest first.
package enum FeedNews<Row: ListRow>: Sendable {
    /// The items after the last page. `isEnd` if there are no more.
    case page([Row], isEnd: Bool)
    /// Items that have come since, and items that were read again; `missing` are gone. Answers ``PanelEffect/lookAgain``.
    case again([Row], missing: [Row.ID])
    /// Items that match the search with this number, among `scanned` after the last page.
    case found([Row], scanned: Int, SearchProgress, number: Int)
    case failed(reason: String)
}

/// How far a search is.
package enum SearchProgress: Sendable {
    case going
    /// It has looked at everything.
    case complete
    /// It has found so much that it stopped.
    case full
}
