import CTerminal
import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks the command to end, the second ends the process at once.
final class Interruption: Sendable {
    static let shared = Interruption()

    private struct State {
        var signal: Int32?
        var onSignal: (@Sendable () -> Void)?
    }

    /// How long a command may take to end after the first signal.
    static let patience = 9.5

    private let state = Mutex(State())

    /// Runs `body`, and gives its status, or that of the signal that ended it.
    func exitStatus(_ body: @escaping @Sendable () async -> Int32) async -> Int32 {
        let task = Task { await body() }
        state.withLock { $0.onSignal = { task.cancel() } }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler { [unowned self] in received(number) }
            source.activate()
            return source
        }
        let status = await task.value
        sources.forEach { $0.cancel() }
        return state.withLock { $0.signal }.map(ExitStatus.ended(by:)) ?? status
    }

    /// Puts `handler` in the place of a cancellation of the command.
    func onSignal(_ handler: @escaping @Sendable () -> Void) {
        state.withLock { $0.onSignal = handler }
    }

    private func received(_ number: Int32) {
        let (isFirst, handler) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            defer { state.signal = state.signal ?? number }
            return (state.signal == nil, state.onSignal)
        }
        guard isFirst else { Self.end(ExitStatus.ended(by: number)) }
        DispatchQueue.global(qos: .userInteractive).asyncAfter(deadline: .now() + Self.patience) {
            Console.say("shippy: did not end within \(Self.patience) s, ending now")
            Self.end(ExitStatus.ended(by: number))
        }
        handler?()
    }

    /// At once, but a panel gives its terminal back.
    private static func end(_ status: Int32) -> Never {
        StandardError.shared.flush(within: .milliseconds(500))
        shippy_terminal_restore()
        _exit(status)
    }
}
