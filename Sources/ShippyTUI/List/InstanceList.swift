import Glibc
package import ShippyCore

/// The instances of one service or all that match a filter, sorted.
///
/// It is updated incrementally: sorting a hundred thousand instances again would take longer than a frame.
package struct InstanceList {
    /// Show only this service; nil for all.
    package private(set) var service: String?
    package private(set) var filter = InstanceFilter()
    private(set) var order = InstanceOrder()
    package var cursor = ListCursor<Instance.Key>()
    package var marks: Set<Instance.Key> = []

    /// Places in the model: all of them in order, and the shown ones.
    private var sorted: [Int] = []
    package private(set) var shown: [Int] = []
    private var passes: [Bool] = []
    private var isSorted = false
    private var isFiltered = false
    /// Whether each place is in ``sorted``.
    private var isKnown: [Bool] = []

    mutating func show(service: String?) {
        guard service != self.service else { return }
        self.service = service
        isFiltered = false
        cursor = ListCursor()
        marks = []
    }

    mutating func setFilter(_ filter: InstanceFilter) {
        self.filter = filter
        isFiltered = false
    }

    mutating func setOrder(_ order: InstanceOrder) {
        self.order = order
        isSorted = false
    }

    var isOutdated: Bool { !isSorted || !isFiltered }

    /// Applies the model's changes.
    mutating func refresh(_ model: inout RegistryModel) {
        guard isOutdated || model.hasChanged else { return }
        let (changed, replaced) = model.takeChanged()
        // An instance's key never changes, and most lists are sorted by it.
        let moved = order.column.isIdentity ? Array(replaced) : changed
        let missing = model.rows.count - isKnown.count
        if missing > 0 {
            isKnown.append(contentsOf: repeatElement(false, count: missing))
            passes.append(contentsOf: repeatElement(false, count: missing))
        }
        if !isSorted || moved.count > max(1000, sorted.count / 8) {
            sorted = model.rows.indices.filter { model.rows[$0] != nil }
            for place in model.rows.indices { isKnown[place] = model.rows[place] != nil }
            sortAll(model.rows)
            isSorted = true
        } else {
            merge(moved, model)
        }
        pick(isFiltered ? changed : Array(model.rows.indices), model)
        isFiltered = true
        shown = service == nil && filter.isEmpty ? sorted : sorted.filter { passes[$0] }
        marks = marks.filter { model.place(of: $0) != nil }
        let (shown, rows) = (shown, model.rows)
        cursor.place(count: shown.count, find: { [model] in model.place(of: $0).flatMap { shown.firstIndex(of: $0) } }) {
            rows[shown[$0]]?.instance.key
        }
    }

    private mutating func sortAll(_ rows: [InstanceRow?]) {
        guard order.column == .metadata else { return sorted.sort { order.precedes(rows[$0]!, rows[$1]!) } }
        // Computed once per row, not once per comparison.
        let texts = rows.map { $0?.instance.metadataText ?? "" }
        let (isDescending, equals) = (order.isDescending, InstanceOrder())
        sorted.sort { texts[$0] == texts[$1] ? equals.precedes(rows[$0]!, rows[$1]!) : (texts[$0] < texts[$1]) != isDescending }
    }

    /// Removes the changed places and inserts each at its new position.
    private mutating func merge(_ changed: [Int], _ model: RegistryModel) {
        guard !changed.isEmpty else { return }
        if changed.contains(where: { isKnown[$0] }) {
            for place in changed { isKnown[place] = false }
            sorted.removeAll { !isKnown[$0] }
        }
        let rows = model.rows
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

    private func insertionPoint(_ row: InstanceRow, from start: Int, _ rows: [InstanceRow?]) -> Int {
        var (low, high) = (start, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if order.precedes(rows[sorted[middle]]!, row) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Updates which of these places match.
    private mutating func pick(_ places: some Sequence<Int>, _ model: RegistryModel) {
        // A service has no number before its first instance is loaded.
        let number = service.map { model.number(ofService: $0) ?? -1 }
        let (rows, filter, words) = (model.rows, filter, filter.words)
        model.texts.withTexts { text in
            for place in places {
                guard isKnown[place], number == nil || rows[place]?.service == number else {
                    passes[place] = false
                    continue
                }
                passes[place] =
                    if let words { words.allSatisfy { strstr(text(place), $0) != nil } } else { filter.passes(text(place)) { rows[place] } }
            }
        }
    }

    /// The marked instances, or the selected one if none is marked, in the order of the list.
    func chosen(_ model: RegistryModel) -> [Instance] {
        if marks.isEmpty { return cursor.id.flatMap(model.row).map { [$0.instance] } ?? [] }
        return sorted.compactMap { model.rows[$0]?.instance }.filter { marks.contains($0.key) }
    }
}
