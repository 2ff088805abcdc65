/// The division of a screen's lines. On a small screen, the least important parts are dropped first.
struct PanelLayout: Hashable {
    /// From this width on, details are shown beside a list.
    private static let wide = 120

    /// Lines above the list: connection, tabs, counts, path, column titles.
    var hasStatus = false
    var hasTabs = false
    var hasCounts = false
    var hasPath = false
    var hasColumns = false
    /// Lines for list items, or for what is shown instead.
    var list = 0
    /// Lines for events, including the rule above them.
    var events = 0
    var hasFooter = false
    /// The width of a list, and of the details beside it; 0 if there are none.
    var listWidth = 0
    var sideWidth = 0

    init(_ size: Size, _ panel: Panel) {
        let height = size.height
        let place = panel.place
        hasStatus = height >= 2
        hasFooter = height >= 3
        hasColumns = height >= 6 && place != nil
        hasTabs = height >= 7
        hasPath = height >= 9 && panel.tab != .overview
        hasCounts = height >= 11 && panel.tab != .overview && panel.tab != .story
        let fixed = [hasStatus, hasTabs, hasFooter, hasColumns, hasPath, hasCounts].count { $0 }
        list = max(0, height - fixed)
        if panel.showsEventsPane, panel.tab == .registry, list >= 4 {
            events = max(2, list * 2 / 5)
            list -= events
        }
        listWidth = size.width
        if size.width >= Self.wide, place == .users || place == .mails || place == .events || place == .instances {
            listWidth = size.width * 3 / 5
            sideWidth = size.width - listWidth - 3
        }
    }
}
