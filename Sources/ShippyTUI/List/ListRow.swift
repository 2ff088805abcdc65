import ShippyCore

/// An item of a list.
package protocol ListRow: Sendable {
    associatedtype ID: Hashable & Sendable
    associatedtype Column: ListColumn where Column.Row == Self

    /// Identifies the item permanently. Cursor and marks belong to it.
    var id: ID { get }
    /// The name to show for it, such as an e-mail address.
    var name: String { get }
    /// The same for an item that is no longer there.
    static func name(of id: ID) -> String
    /// The number of the group that it belongs to, of which a list may show only one.
    var group: Int32 { get }
    /// Whether it stays above all others, and is hidden by filters.
    var isTotal: Bool { get }
    /// Whether somebody should look at it.
    var isProblem: Bool { get }
    /// Whether it is shown dimmed, because it is no longer there.
    var isGone: Bool { get }
    /// When it last changed, in seconds of ``Moment``; it is highlighted for a moment.
    var changedAt: Double { get }

    /// The lines that filters search, each a text or `name=value`. Called for every item that changes: it should allocate nothing.
    func forEachSearchLine(_ body: (_ text: String, _ value: String?) -> Void)
    /// The field with this lower-case name, for filters such as `state=dead`.
    func field(_ name: String) -> String?
    /// All that is known of it, for a pane beside the list.
    func details(_ look: Look) -> [DetailField]
    /// Whether it comes before an item that is equal in the sorted column.
    func comesBefore(_ other: Self) -> Bool
}

extension ListRow {
    package static func name(of id: ID) -> String { String(describing: id) }
    package var group: Int32 { 0 }
    package var isTotal: Bool { false }
    package var isProblem: Bool { false }
    package var isGone: Bool { false }
    package var changedAt: Double { -.infinity }
    package func details(_ look: Look) -> [DetailField] { [] }
}

/// A column of a list. The cases are in display order.
package protocol ListColumn: CaseIterable, Hashable, Sendable where AllCases: RandomAccessCollection, AllCases.Index == Int {
    associatedtype Row: ListRow

    /// The column by which a list is sorted at first.
    static var first: Self { get }

    var title: String { get }
    /// The order in which columns are kept when the screen is too narrow for all: smaller numbers first. Number 1 always stays.
    var priority: Int { get }
    var width: ColumnWidth { get }
    var isRightAligned: Bool { get }
    /// Whether a text that is too long is cut in its middle: IDs often differ only at the end.
    var isCutInMiddle: Bool { get }
    /// Whether it never changes for an item, so that a changed item keeps its place.
    var isPermanent: Bool { get }
    /// Whether the largest value comes first when a list is first sorted by it.
    var beginsDescending: Bool { get }

    /// Whether `left` comes before `right` by this column alone; nil if they are equal.
    func precedes(_ left: Row, _ right: Row) -> Bool?
    /// A text to sort by that takes long to make; nil to sort by ``precedes(_:_:)``.
    func sortText(_ row: Row) -> String?
    /// The text in the column, not yet escaped.
    func text(_ row: Row, _ look: Look) -> String
    /// The text if the column has only one character of room.
    func symbol(_ row: Row, _ look: Look) -> String?
    /// A style with a meaning of its own; nil for that of the row.
    func style(_ row: Row) -> TextStyle?
    /// Whether it only repeats what another column shows, for all of these rows.
    func isRepetition(_ rows: [Row]) -> Bool
}

extension ListColumn {
    package var isRightAligned: Bool { false }
    package var isCutInMiddle: Bool { false }
    package var isPermanent: Bool { false }
    package var beginsDescending: Bool { false }
    package func sortText(_ row: Row) -> String? { nil }
    package func symbol(_ row: Row, _ look: Look) -> String? { nil }
    package func style(_ row: Row) -> TextStyle? { nil }
    package func isRepetition(_ rows: [Row]) -> Bool { false }

    func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
        left == right ? nil : left < right
    }

    func compare(_ left: String, _ right: String) -> Bool? { NaturalOrder.precedes(left, right) }
}

package enum ColumnWidth: Hashable, Sendable {
    case fixed(Int)
    /// As wide as the texts on the screen, but at most this share of the room, in percent.
    case fitting(Int)
    /// This wide if the screen has room for it, and otherwise a single ``ListColumn/symbol(_:_:)``.
    case symbolOr(Int)
    /// All the room that is left, if that is at least this much.
    case rest(Int)
}

/// What the texts of a list depend on, except its rows.
package struct Look: Sendable {
    package var capabilities: Capabilities
    package var now: Moment
    /// The time for countdowns. It stops while their engine is unreachable.
    package var countdownTime: Double

    static let timeWidth = 20

    /// `2026-01-02 03:04:05Z`
    func time(_ time: Timestamp) -> String { time.description.prefix(19).replacing("T", with: " ") + "Z" }

    /// The time since, in its two largest units.
    func age(_ time: Timestamp) -> String { PanelRenderer.age((now.wall - time).seconds) }
}
