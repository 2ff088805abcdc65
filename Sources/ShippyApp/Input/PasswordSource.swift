import Foundation
import ShippyCore

/// The source of a password, which is never an argument.
struct PasswordSource: Sendable {
    var stdin: Bool
    var file: String?
    var prompt: Bool

    private static let lineLimit = 64 * 1024

    /// The password, which is the first line; nil if no option asks for one.
    /// - Throws: ``ShippyError`` `.usage` for a missing or unreadable password, or a prompt without a terminal.
    func read() async throws -> String? {
        CoreDumps.disable()
        if prompt { return try await ask() }
        if stdin { return try await firstLine(of: InterruptibleInput(), named: "--password-stdin") }
        guard let path = file else { return nil }
        let name = "--password-file \(path.quoted())"
        do {
            return try await firstLine(of: InterruptibleInput(path: path), named: name)
        } catch let error as ShippyError where error.code == .notFound {
            throw Self.unreadable(name, error.message)
        }
    }

    private static func unreadable(_ name: String, _ reason: String) -> ShippyError {
        ShippyError(.usage, "cannot read \(name): \(reason)")
    }

    private func firstLine(of input: InterruptibleInput, named name: String) async throws -> String {
        var bytes: [UInt8]
        do {
            bytes = try await input.read(upTo: Self.lineLimit, through: 10)
        } catch let error as ShippyError {
            throw Self.unreadable(name, error.message)
        }
        guard !bytes.isEmpty else { throw Self.unreadable(name, "it is empty") }
        if bytes.last == 10 { bytes.removeLast() }
        if bytes.last == 13 { bytes.removeLast() }
        guard let line = String(validating: bytes, as: UTF8.self) else { throw Self.unreadable(name, "it is not valid UTF-8") }
        return line
    }

    private func ask() async throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw ShippyError(.usage, "--password-prompt needs a terminal: use --password-stdin or --password-file")
        }
        defer { close(terminal) }
        let first = try await answer("Password: ", terminal)
        guard try await answer("Repeat password: ", terminal) == first else {
            throw ShippyError(.invalid, "the passwords do not match: no user was created")
        }
        return first
    }

    private func answer(_ question: String, _ terminal: Int32) async throws -> String {
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
        _ = question.withCString { write(terminal, $0, strlen($0)) }
        return try await firstLine(of: InterruptibleInput(terminal), named: "the password")
    }
}
