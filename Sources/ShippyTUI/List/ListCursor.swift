/// The selection in a list. It follows the item, not the line.
package struct ListCursor<ID: Hashable & Sendable>: Hashable, Sendable {
    package private(set) var id: ID?
    private(set) var index = 0
    /// The item on the first line.
    private(set) var top = 0
    /// Whether to wait for an item that is gone, instead of selecting its neighbour.
    var isFollowing = false

    /// Selects the item at `index`, or the nearest one.
    mutating func select(_ index: Int, count: Int, _ item: (Int) -> ID?) {
        guard count > 0 else { return }
        self.index = min(max(0, index), count - 1)
        id = item(self.index)
        isFollowing = false
    }

    /// Finds the item again after the list has changed, and keeps it on the same screen line if possible.
    mutating func place(count: Int, find: (ID) -> Int?, _ item: (Int) -> ID?) {
        guard count > 0 else {
            if !isFollowing { id = nil }
            (index, top) = (0, 0)
            return
        }
        if let id, let found = find(id) {
            top += found - index
            index = found
        } else {
            index = min(index, count - 1)
            if !isFollowing { id = item(index) }
        }
    }

    /// Scrolls so that the selected item is on one of `height` lines, with no unnecessary empty lines.
    mutating func scroll(count: Int, height: Int) {
        guard height > 0 else { return }
        top = min(max(top, index - height + 1), index)
        top = min(max(0, top), max(0, count - height))
    }
}
