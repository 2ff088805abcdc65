import Foundation
import ShippyCore
import Synchronization

/// Messages to the user, on standard error. Text from elsewhere must be escaped first.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Writes a message. It never waits for the reader.
    static func say(_ text: String) {
        write(line(text))
    }

    /// Writes a line of requested output, such as a failed row. Returns once it is written, however slow the reader.
    static func tell(_ text: String) async {
        await StandardError.shared.write([UInt8](line(text).utf8))
    }

    /// Where messages go instead while a panel has the terminal.
    private static let diversion = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Sends messages to `receiver` instead of standard error; nil ends that.
    static func divert(to receiver: (@Sendable (String) -> Void)?) {
        diversion.withLock { $0 = receiver }
    }

    static func write(_ text: String) {
        if let receiver = diversion.withLock(\.self) { return receiver(text.trimmingCharacters(in: .newlines)) }
        StandardError.shared.append([UInt8](text.utf8))
    }

    private static func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }
}
