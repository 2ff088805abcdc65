import Foundation
import ShippyCore

/// A question to the person at the terminal, whatever standard input and output are.
struct TerminalQuestion {
    let text: String
    /// Whether the answer is shown while it is typed.
    var echoes = true
    /// What to do without a terminal, as in "use --password-stdin".
    let advice: String

    /// - Throws: ``ShippyError`` `.usage` without a terminal, or an answer.
    func ask() async throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw ShippyError(.usage, "there is no terminal to ask on: \(advice)") }
        defer { close(terminal) }
        return echoes ? try await answer(on: terminal) : try await withoutEcho(on: terminal) { try await answer(on: terminal) }
    }

    private func answer(on terminal: Int32) async throws -> String {
        _ = text.withCString { write(terminal, $0, strlen($0)) }
        return try await SecretLine(source: "the answer").read(InterruptibleInput(terminal))
    }

    private func withoutEcho<Value>(on terminal: Int32, _ body: () async throws -> Value) async throws -> Value {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { throw ShippyError(.failed, "cannot turn the terminal's echo off") }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(terminal, TCSAFLUSH, &settings) == 0 else { throw ShippyError(.failed, "cannot turn the terminal's echo off") }
        // Stopped or ended by the terminal, the command would leave the echo off.
        let handlers = [SIGTSTP, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        // Also when the command is interrupted.
        defer {
            for (number, handler) in handlers { signal(number, handler) }
            var before = before
            tcsetattr(terminal, TCSAFLUSH, &before)
            _ = write(terminal, "\n", 1)
        }
        return try await body()
    }
}
