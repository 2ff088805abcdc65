import CTerminal
import Dispatch
import Foundation
import Synchronization

/// Handles SIGINT, SIGTERM and SIGHUP: the first signal asks the command to stop, the second ends the process at once.
///
/// timeout(1), among others, sends its signal to the process and to the process's group: the same signal at nearly the same time is one.
final class Interruption: Sendable {
    static let shared = Interruption()

    private struct State {
        var signal: Int32?
        var signalledAt = DispatchTime(uptimeNanoseconds: 0)
        var onSignal: (@Sendable () -> Void)?
        /// Whether the command runs until it is stopped.
        var isServing = false
    }

    /// Within this time after a signal, the same one is not another.
    private static let echo = DispatchTimeInterval.milliseconds(150)
    /// Seconds that a command may take to stop after the first signal.
    static let patience = 9.5

    private let state = Mutex(State())

    /// Runs `body` and returns its status, or the status of the signal that ended it. A server stopped by SIGTERM or SIGHUP
    /// returns its own status, because that is how servers normally end; SIGINT always sets the status.
    ///
    /// SIGHUP stays ignored if it was ignored at the start, as under nohup.
    func exitStatus(_ body: @escaping @Sendable () async -> Int32) async -> Int32 {
        let task = Task { await body() }
        state.withLock { $0.onSignal = { task.cancel() } }
        let sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number -> (any DispatchSourceSignal)? in
            let wasIgnored = unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if number == SIGHUP, wasIgnored { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler { [unowned self] in received(number) }
            source.activate()
            return source
        }
        let status = await task.value
        sources.forEach { $0.cancel() }
        return state.withLock { state in
            guard let signal = state.signal, signal == SIGINT || !state.isServing else { return status }
            return ExitStatus.ended(by: signal)
        }
    }

    /// Marks the command as a server: from now on a signal calls `stop` instead of cancelling it.
    func whenServing(_ stop: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.onSignal = stop
            state.isServing = true
        }
    }

    private func received(_ number: Int32) {
        let (isFirst, isEcho, handler) = state.withLock { state -> (Bool, Bool, (@Sendable () -> Void)?) in
            guard let first = state.signal else {
                (state.signal, state.signalledAt) = (number, .now())
                return (true, false, state.onSignal)
            }
            return (false, number == first && .now() < state.signalledAt + Self.echo, nil)
        }
        guard !isEcho else { return }
        guard isFirst else { Self.end(number, saying: "a second signal: exiting now, without finishing what is in progress") }
        DispatchQueue.global(qos: .userInteractive).asyncAfter(deadline: .now() + Self.patience) {
            Self.end(number, saying: "still not stopped after \(Self.patience) s, exiting now")
        }
        handler?()
    }

    /// Exits at once, with the status of a signal. The terminal is restored first: a message on a panel's screen would vanish with it.
    private static func end(_ signal: Int32, saying message: String) -> Never {
        shippy_terminal_restore()
        Console.say("shippy: \(message)")
        StandardError.shared.flush(within: .milliseconds(500))
        _exit(ExitStatus.ended(by: signal))
    }
}
