import Glibc

/// A list: its items, and those that match a filter, sorted, with a cursor and marks.
///
/// It is updated incrementally: sorting a hundred thousand items again would take longer than a frame.
package struct RowList<Row: ListRow>: Sendable {
    var store = RowStore<Row>()
    /// Show only this group; nil for all.
    private(set) var group: Int32?
    package private(set) var filter = RowFilter()
    /// Whether to show only ``ListRow/isProblem``.
    private(set) var showsOnlyProblems = false
    private(set) var order = RowOrder<Row>()
    package var cursor = ListCursor<Row.ID>()
    package var marks: Set<Row.ID> = []

    /// Places in the store: all of them in order, and the shown ones.
    private var sorted: [Int] = []
    package private(set) var shown: [Int] = []
    private var passes: [Bool] = []
    private var isSorted = false
    private var isFiltered = false
    /// Whether each place is in ``sorted``.
    private var isKnown: [Bool] = []

    package init() {}

    /// - Parameter isOther: whether another list begins, with a cursor and marks of its own.
    mutating func show(group: Int32?, isOther: Bool) {
        if isOther {
            cursor = ListCursor()
            marks = []
        } else if group == self.group {
            return
        }
        self.group = group
        isFiltered = false
    }

    mutating func setFilter(_ filter: RowFilter) {
        self.filter = filter
        isFiltered = false
    }

    mutating func toggleProblems() {
        showsOnlyProblems.toggle()
        isFiltered = false
    }

    mutating func setOrder(_ order: RowOrder<Row>) {
        self.order = order
        isSorted = false
    }

    /// What is shown of all items; nil for everything.
    var search: RowSearch? { filter.isEmpty && !showsOnlyProblems ? nil : RowSearch(filter: filter, onlyProblems: showsOnlyProblems) }

    var isOutdated: Bool { !isSorted || !isFiltered }
    /// Whether every item is shown.
    private var showsAll: Bool { group == nil && filter.isEmpty && !showsOnlyProblems }

    func row(at index: Int) -> Row? { shown.indices.contains(index) ? store[shown[index]] : nil }

    var selected: Row? { cursor.id.flatMap(store.row) }

    /// The items on `height` lines.
    func visible(_ height: Int) -> [Row] { shown[min(cursor.top, shown.count)...].prefix(height).compactMap { store[$0] } }

    // MARK: Bringing it up to date

    /// Applies the changes of the store, the filter and the order.
    mutating func refresh() {
        guard isOutdated || store.hasChanged else { return }
        let (changed, replaced) = store.takeChanged()
        // Most lists are sorted by something that never changes.
        let moved = order.column.isPermanent ? Array(replaced) : changed
        let missing = store.rows.count - isKnown.count
        if missing > 0 {
            isKnown.append(contentsOf: repeatElement(false, count: missing))
            passes.append(contentsOf: repeatElement(false, count: missing))
        }
        if !isSorted || moved.count > max(1000, sorted.count / 8) {
            sorted = store.rows.indices.filter { store.rows[$0] != nil }
            for place in store.rows.indices { isKnown[place] = store.rows[place] != nil }
            sortAll()
            isSorted = true
        } else {
            merge(moved)
        }
        if isFiltered { pick(changed) } else { pick(store.rows.indices) }
        isFiltered = true
        shown = showsAll ? sorted : sorted.filter { passes[$0] }
        if !marks.isEmpty { marks = marks.filter { store.place(of: $0) != nil } }
        let (indices, items) = (shown, store)
        cursor.place(count: indices.count, find: { items.place(of: $0).flatMap { indices.firstIndex(of: $0) } }) { items[indices[$0]]?.id }
    }

    private mutating func sortAll() {
        let (rows, order) = (store.rows, order)
        guard let first = sorted.first, order.column.sortText(rows[first]!) != nil else {
            return sorted.sort { order.precedes(rows[$0]!, rows[$1]!) }
        }
        // Computed once per row, not once per comparison.
        let texts = rows.map { $0.flatMap(order.column.sortText) ?? "" }
        sorted.sort {
            guard let precedes = NaturalOrder.precedes(texts[$0], texts[$1]) else { return rows[$0]!.comesBefore(rows[$1]!) }
            return precedes != order.isDescending
        }
    }

    /// Removes the changed places and inserts each at its new position.
    private mutating func merge(_ changed: [Int]) {
        guard !changed.isEmpty else { return }
        if changed.contains(where: { isKnown[$0] }) {
            for place in changed { isKnown[place] = false }
            sorted.removeAll { !isKnown[$0] }
        }
        let (rows, order) = (store.rows, order)
        let living = changed.filter { rows[$0] != nil }.sorted { order.precedes(rows[$0]!, rows[$1]!) }
        for place in changed { isKnown[place] = rows[place] != nil }
        var merged: [Int] = []
        merged.reserveCapacity(sorted.count + living.count)
        var taken = 0
        for place in living {
            let end = insertionPoint(rows[place]!, from: taken, rows)
            merged += sorted[taken..<end]
            merged.append(place)
            taken = end
        }
        merged += sorted[taken...]
        sorted = merged
    }

    private func insertionPoint(_ row: Row, from start: Int, _ rows: [Row?]) -> Int {
        var (low, high) = (start, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if order.precedes(rows[sorted[middle]]!, row) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Updates which of these places match.
    private mutating func pick(_ places: some Sequence<Int>) {
        let (rows, traits, filter, words) = (store.rows, store.traits, filter, filter.words)
        store.texts.withTexts { text in
            for place in places {
                let trait = traits[place]
                guard isKnown[place], group == nil || trait.group == group, !showsOnlyProblems || trait.isProblem else {
                    passes[place] = false
                    continue
                }
                passes[place] =
                    if trait.isTotal {
                        filter.isEmpty
                    } else if let words {
                        words.allSatisfy { strstr(text(place), $0) != nil }
                    } else {
                        filter.passes(text(place)) { rows[place]?.field($0) }
                    }
            }
        }
    }

    // MARK: What it is told to do

    /// - Returns: whether the order must stand still for a moment, because the cursor moves.
    mutating func perform(_ command: ListCommand) -> Bool {
        switch command {
        case .move(let lines): select(cursor.index + lines)
        case .select(let index): select(index)
        case .mark:
            guard let selected else { return false }
            if marks.remove(selected.id) == nil { marks.insert(selected.id) }
            select(cursor.index + 1)
        case .clearMarks:
            marks = []
            return false
        case .clearChosen:
            // What a filter hides stays marked.
            for row in chosen { marks.remove(row.id) }
            return false
        case .find(let filter, let step): return find(filter, step)
        case .setFilter(let filter):
            setFilter(filter)
            return false
        case .sort(let step):
            let all = Row.Column.allCases
            let next = all[(all.firstIndex(of: order.column)! + step + all.count) % all.count]
            setOrder(RowOrder(column: next, isDescending: next.beginsDescending))
            return false
        case .reverse:
            setOrder(RowOrder(column: order.column, isDescending: !order.isDescending))
            return false
        case .toggleProblems:
            toggleProblems()
            return false
        case .toggleFollowing:
            guard cursor.id != nil else { return false }
            cursor.isFollowing.toggle()
        case .scroll(let height):
            cursor.scroll(count: shown.count, height: height)
            return false
        case .scrollBy(let lines, let height):
            cursor.scroll(by: lines, count: shown.count, height: height) { [store, shown] in store[shown[$0]]?.id }
        }
        return true
    }

    private mutating func select(_ index: Int) {
        cursor.select(index, count: shown.count) { [store, shown] in store[shown[$0]]?.id }
    }

    /// Selects the next item that matches. `step` is 1 or -1.
    private mutating func find(_ wanted: RowFilter, _ step: Int) -> Bool {
        let (indices, items, current) = (shown, store, cursor.index)
        guard !indices.isEmpty else { return false }
        let found: Int? = items.texts.withTexts { text in
            for distance in 1...indices.count {
                let index = (current + distance * step + distance * indices.count) % indices.count
                if wanted.passes(text(indices[index]), field: { items[indices[index]]?.field($0) }) { return index }
            }
            return nil
        }
        guard let found else { return false }
        select(found)
        return true
    }

    /// The marked items that are shown, or the selected one if none is marked, in the order of the list.
    var chosen: [Row] {
        if marks.isEmpty { return selected.map { [$0] } ?? [] }
        return shown.compactMap { store[$0] }.filter { marks.contains($0.id) }
    }

    var state: ListState {
        // A total is always the first.
        let totals = shown.first.flatMap { store[$0]?.isTotal } == true ? 1 : 0
        return ListState(
            filter: filter, shown: shown.count - totals, marked: marks.count, cursor: cursor.index, hasSelection: selected != nil,
            sortedBy: order.column.title,
            isDescending: order.isDescending, showsOnlyProblems: showsOnlyProblems,
            following: cursor.isFollowing ? selected.map { ($0.name, !$0.isGone) } ?? cursor.id.map { (Row.name(of: $0), false) } : nil)
    }
}

/// What any list can be told.
enum ListCommand {
    case move(Int)
    case select(Int)
    case mark
    case clearMarks
    /// Clears the marks of the items that are shown.
    case clearChosen
    case find(RowFilter, step: Int)
    case setFilter(RowFilter)
    /// By the next column, or the previous one for -1.
    case sort(Int)
    case reverse
    case toggleProblems
    case toggleFollowing
    /// Makes the selected item visible on this many lines.
    case scroll(height: Int)
    case scrollBy(Int, height: Int)
}

/// What any list tells of itself.
struct ListState {
    var filter: RowFilter
    var shown: Int
    var marked: Int
    /// The index of the selected item.
    var cursor: Int
    var hasSelection: Bool
    /// The title of the column.
    var sortedBy: String
    var isDescending: Bool
    var showsOnlyProblems: Bool
    /// The name of the item that is followed, and whether it is there.
    var following: (name: String, isThere: Bool)?
}
