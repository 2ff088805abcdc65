/// The selection in a list. It follows the item, not the line.
package struct ListCursor<ID: Hashable & Sendable>: Hashable, Sendable {
    package private(set) var id: ID?
    private(set) var index = 0
    /// The item on the first line.
    private(set) var top = 0
    /// Whether to wait for an item that is gone, instead of selecting its neighbour.
    var isFollowing = false
    /// Whether the first item stays selected, whichever it is: for lists whose newest items matter most.
    var isAtFirst = false

    /// Selects the item at `index`, or the nearest one.
    mutating func select(_ index: Int, count: Int, _ item: (Int) -> ID?) {
        guard count > 0 else { return }
        self.index = min(max(0, index), count - 1)
        id = item(self.index)
        isFollowing = false
        isAtFirst = false
    }

    /// Finds the item again after the list has changed, and keeps it on the same screen line if possible.
    mutating func place(count: Int, find: (ID) -> Int?, _ item: (Int) -> ID?) {
        guard count > 0 else {
            if !isFollowing { id = nil }
            (index, top) = (0, 0)
            return
        }
        if isAtFirst, !isFollowing {
            (index, top) = (0, 0)
            id = item(0)
        } else if let id, let found = find(id) {
            // A list that shows its first item goes on showing it.
            if top > 0 { top += found - index }
            index = found
        } else {
            index = min(index, count - 1)
            if !isFollowing { id = item(index) }
        }
    }

    /// Scrolls by lines, as a mouse wheel does. The selection moves only if it would leave the screen.
    mutating func scroll(by lines: Int, count: Int, height: Int, _ item: (Int) -> ID?) {
        guard count > 0, height > 0 else { return }
        let top = min(max(0, self.top + lines), max(0, count - height))
        let index = min(max(index, top), top + height - 1)
        if index != self.index { select(index, count: count, item) }
        self.top = top
    }

    /// Scrolls so that the selected item is on one of `height` lines, with no unnecessary empty lines.
    mutating func scroll(count: Int, height: Int) {
        guard height > 0 else { return }
        top = min(max(top, index - height + 1), index)
        top = min(max(0, top), max(0, count - height))
    }
}
