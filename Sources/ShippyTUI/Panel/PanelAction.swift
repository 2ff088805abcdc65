/// The action of a key.
enum PanelAction: Hashable, Sendable {
    case tab(PanelTab)
    case nextTab, previousTab

    case move(Motion)
    /// Opens what is selected: a service, an instance, or a story.
    case open
    /// Goes back one view.
    case back
    /// Clears the filter, or else the marks, or else goes back one view.
    case escape

    case filter
    case findNext, findPrevious
    case sortByNext, sortByPrevious, reverseOrder
    case problems, history
    case follow, freeze

    case mark, probe, copy, copyJSON, export, eventsPane
    /// Shows what the recipient of the selected mail gets.
    case body
    case change(PanelCommand.Verb)
    /// Asks for a new value of a field of the selected user.
    case edit
    /// Shows the mails of the user, or the user of the mail.
    case mailsOfUser, userOfMail

    case palette, help, redraw, suspend, quit, interrupt

    /// A movement of the cursor or a scrolling step.
    enum Motion: Hashable, Sendable {
        case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last

        /// The number of lines, downwards; larger than any list for the first and last line.
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
