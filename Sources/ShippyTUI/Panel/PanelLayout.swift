/// The division of a screen's lines. On a small screen, the least important parts are dropped first.
struct PanelLayout: Hashable {
    /// Lines above the list: connection, counts, path, column titles.
    var hasStatus = false
    var hasCounts = false
    var hasPath = false
    var hasColumns = false
    /// Lines for list items.
    var list = 0
    /// Lines for events, including the rule above them.
    var events = 0
    var hasFooter = false

    init(_ size: Size, hasEvents: Bool) {
        let height = size.height
        hasStatus = height >= 2
        hasFooter = height >= 3
        hasColumns = height >= 6
        hasPath = height >= 8
        hasCounts = height >= 10
        let fixed = [hasStatus, hasFooter, hasColumns, hasPath, hasCounts].count { $0 }
        list = max(0, height - fixed)
        if hasEvents, list >= 4 {
            events = max(2, list * 2 / 5)
            list -= events
        }
    }
}
