import Dispatch
import Glibc

/// Passes signals that concern the terminal to the panel's thread.
///
/// ncurses would handle some of them inside the signal handler, but not once Dispatch handles them.
final class PanelSignals {
    private static let requests: [(Int32, PanelInbox.Request)] = [
        (SIGWINCH, .resized), (SIGCONT, .resumed), (SIGTSTP, .suspended),
    ]

    private let sources: [any DispatchSourceSignal]

    /// Replaces the signals' default actions.
    init(_ inbox: PanelInbox) {
        sources = Self.requests.map { number, request in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler { inbox.post(request) }
            source.activate()
            return source
        }
    }

    func stop() {
        sources.forEach { $0.cancel() }
        for (number, _) in Self.requests { signal(number, SIG_DFL) }
    }
}
