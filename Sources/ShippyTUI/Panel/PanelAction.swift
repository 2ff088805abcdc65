/// What a key of the panel does.
enum PanelAction: Hashable, Sendable {
    case move(Motion)
    /// Opens the selected service, or the selected instance.
    case open
    /// Leaves a view.
    case back
    /// Clears the filter, or leaves a view where there is none.
    case escape

    case filter
    case findNext, findPrevious
    case sortByNext, sortByPrevious, reverseOrder
    case follow, freeze

    case mark, probe, copy, copyJSON, export, deregister, events

    case help, redraw, suspend, quit, interrupt

    /// How far a cursor moves, or a text scrolls.
    enum Motion: Hashable, Sendable {
        case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last

        /// Lines, downwards; more than there are for the first and the last.
        func lines(page: Int) -> Int {
            switch self {
            case .up: -1
            case .down: 1
            case .pageUp: -page
            case .pageDown: page
            case .halfPageUp: -max(1, page / 2)
            case .halfPageDown: max(1, page / 2)
            case .first: -Int(Int32.max)
            case .last: Int(Int32.max)
            }
        }
    }
}
