/// The items of a list, at numbered places to which everything else refers, because a hundred thousand of them are too many to move.
struct RowStore<Row: ListRow>: Sendable {
    /// What a list asks of every item, beside its text.
    struct Traits {
        var group: Int32
        var isTotal: Bool
        var isProblem: Bool
    }

    private(set) var rows: [Row?] = []
    private(set) var traits: [Traits] = []
    private(set) var texts = SearchTexts()
    /// Places whose rows have changed since ``takeChanged()``. The places in `replaced` now have another item or none.
    private var changed: [Int] = []
    private var isChanged: [Bool] = []
    private var replaced: Set<Int> = []
    /// The item that was last put.
    private(set) var lastID: Row.ID?
    private var places: [Row.ID: Int] = [:]
    private var free: [Int] = []

    var count: Int { places.count }
    var hasChanged: Bool { !changed.isEmpty }

    func place(of id: Row.ID) -> Int? { places[id] }

    func row(of id: Row.ID) -> Row? { places[id].flatMap { rows[$0] } }

    /// The item at a place. Call ``note(_:)`` after a change that matters to the list; a change of the search text needs ``put(_:)``.
    subscript(place: Int) -> Row? {
        get { rows[place] }
        _modify { yield &rows[place] }
    }

    /// Adds an item, or replaces the one with the same ID.
    /// - Returns: its place.
    @discardableResult
    mutating func put(_ row: Row) -> Int {
        let place: Int
        if let known = places[row.id] {
            place = known
            rows[place] = row
        } else {
            place = free.popLast() ?? rows.count
            if place == rows.count {
                rows.append(row)
                traits.append(Traits(group: row.group, isTotal: row.isTotal, isProblem: row.isProblem))
                isChanged.append(false)
            } else {
                rows[place] = row
            }
            places[row.id] = place
            replaced.insert(place)
        }
        lastID = row.id
        texts.set(place, row)
        note(place)
        return place
    }

    mutating func remove(_ place: Int) {
        guard let row = rows[place] else { return }
        places[row.id] = nil
        rows[place] = nil
        free.append(place)
        note(place)
        replaced.insert(place)
    }

    /// Marks a place as changed.
    mutating func note(_ place: Int) {
        if let row = rows[place] { traits[place] = Traits(group: row.group, isTotal: row.isTotal, isProblem: row.isProblem) }
        guard !isChanged[place] else { return }
        isChanged[place] = true
        changed.append(place)
    }

    /// Returns the places whose rows are new, changed or gone since the last call, and which of them now have another item or none.
    mutating func takeChanged() -> (all: [Int], replaced: Set<Int>) {
        for place in changed { isChanged[place] = false }
        defer { (changed, replaced) = ([], []) }
        return (changed, replaced)
    }
}
