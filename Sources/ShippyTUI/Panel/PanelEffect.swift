package import ShippyCore
package import ShippyStory

/// Something that the panel's caller must do.
package enum PanelEffect: Sendable {
    /// Answered by ``PanelInput/timeLeft(_:asked:)``. Without instances, it checks that the registry answers.
    case askTimeLeft([Instance])
    /// Answered by ``PanelInput/probed(_:_:)`` for each instance.
    case probe([Instance])
    /// Follow the figures of the overview, or the events, from now on.
    case followOverview, followEvents
    /// Read the items after this one, the newest first; nil for the first page. Answered by ``FeedNews/page(_:isEnd:)``.
    case readPage(Feed, after: String?)
    /// Read these again, and all that are newer than `newest`. Answered by ``FeedNews/again(_:missing:)``.
    case lookAgain(Feed, [String], newest: String?)
    /// Search the items after this one; nil ends the search. Answered by ``FeedNews``.
    case search(Feed, RowSearch?, after: String?, number: Int)
    /// Answered by ``PanelInput/story(_:_:failure:)``.
    case readStory(StorySubject)
    /// Answered by ``PanelInput/body(id:lines:)``.
    case readBody(String)
    case run(PanelCommand)
    /// Copy to the clipboard of the user's terminal.
    case copy(String)
    case copyJSON([Instance])
    /// Write CSV if the path ends in `.csv`, otherwise one JSON object per line.
    case export(path: String, [InstanceRow])
    case redraw
    /// Suspend the process, like Ctrl-Z in a shell.
    case suspend
    case quit(isInterrupted: Bool)

    /// A list that is read in pages.
    package enum Feed: Hashable, Sendable {
        case users, mails
    }
}
