/// How the lines of a screen are shared out. What matters least goes first where there are few.
struct PanelLayout: Hashable {
    /// Lines above the list: whether the registry lives, counts, the way here, the titles of columns.
    var hasStatus = false
    var hasCounts = false
    var hasPath = false
    var hasColumns = false
    /// Lines for items of a list.
    var list = 0
    /// Lines for events, the one above them included.
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
