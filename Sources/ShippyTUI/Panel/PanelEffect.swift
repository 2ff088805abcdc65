package import ShippyCore

/// Something that the panel's caller must do.
package enum PanelEffect: Sendable {
    /// Answered by ``PanelInput/timeLeft(_:asked:)``. Without instances, it checks that the registry answers.
    case askTimeLeft([Instance])
    /// Answered by ``PanelInput/probed(_:_:)`` for each instance.
    case probe([Instance])
    /// Copy to the clipboard of the user's terminal.
    case copy(String)
    case copyJSON([Instance])
    case deregister([Instance.Key])
    /// Write CSV if the path ends in `.csv`, otherwise one JSON object per line.
    case export(path: String, [InstanceRow])
    case followEvents(Bool)
    case redraw
    /// Suspend the process, like Ctrl-Z in a shell.
    case suspend
    case quit(isInterrupted: Bool)
}
