package import ShippyCore

/// What the panel wants done outside of it.
package enum PanelEffect: Sendable {
    /// Answered by ``PanelInput/timeLeft(_:asked:)``. Without instances it asks whether the registry answers.
    case askTimeLeft([Instance])
    /// Answered by ``PanelInput/probed(_:_:)`` for each.
    case probe([Instance])
    /// Into the clipboard of whoever sits at the terminal.
    case copy(String)
    case copyJSON([Instance])
    case deregister([Instance.Key])
    /// As CSV where the path ends in `.csv`, as a JSON object a line otherwise.
    case export(path: String, [InstanceRow])
    case followEvents(Bool)
    case redraw
    /// As Ctrl-Z does in a shell.
    case suspend
    case quit(isInterrupted: Bool)
}
