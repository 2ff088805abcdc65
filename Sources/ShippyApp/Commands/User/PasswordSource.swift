import Foundation
import ShippyCore

/// The source of a password, which is never an argument.
struct PasswordSource: Sendable {
    var stdin: Bool
    var file: String?
    var prompt: Bool

    /// The password; nil if no option asks for one.
    /// - Throws: ``ShippyError`` `.usage` for an unreadable file, or a prompt without a terminal.
    func read() async throws -> String? {
        if prompt { return try ask() }
        if stdin {
            guard let line = readLine(strippingNewline: true) else {
                throw ShippyError(.usage, "--password-stdin: standard input is empty")
            }
            return line
        }
        guard let file else { return nil }
        do {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return String(text.prefix { !$0.isNewline })
        } catch {
            throw ShippyError(.usage, "cannot read --password-file \(file.quoted())")
        }
    }

    private func ask() throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw ShippyError(.usage, "--password-prompt needs a terminal: use --password-stdin or --password-file")
        }
        defer { close(terminal) }
        let first = try answer("Password: ", terminal)
        guard try answer("Repeat password: ", terminal) == first else {
            throw ShippyError(.invalid, "the passwords do not match: no user was created")
        }
        return first
    }

    private func answer(_ question: String, _ terminal: Int32) throws -> String {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { throw ShippyError(.failed, "cannot turn the terminal's echo off") }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        // Ctrl-C arrives as a character, so that the echo is always turned on again.
        settings.c_lflag &= ~tcflag_t(ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &settings) == 0 else { throw ShippyError(.failed, "cannot turn the terminal's echo off") }
        defer {
            var before = before
            tcsetattr(terminal, TCSAFLUSH, &before)
            _ = write(terminal, "\n", 1)
        }
        _ = question.withCString { write(terminal, $0, strlen($0)) }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while Foundation.read(terminal, &byte, 1) == 1, byte != 10 {
            if byte == 3 { throw ShippyError(.failed, "interrupted") }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
