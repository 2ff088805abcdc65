import Dispatch
import Glibc

/// Tells the panel's thread of the signals that are about its terminal.
///
/// ncurses would handle some of them by itself, but inside the signal handler, and not once Dispatch has them.
final class PanelSignals {
    private static let requests: [(Int32, PanelInbox.Request)] = [
        (SIGWINCH, .resized), (SIGCONT, .resumed), (SIGTSTP, .suspended),
    ]

    private let sources: [any DispatchSourceSignal]

    /// From now on they no longer do what they do by default.
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
