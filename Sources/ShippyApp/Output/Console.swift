import Foundation
import ShippyCore

/// Standard error, where people are spoken to. What is not ours in a text must have been escaped before.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// A line for a person. It never waits for the reader.
    static func say(_ text: String) {
        write(line(text))
    }

    /// A line that is part of what was asked for, such as a row that failed: returns when it is written, however slow the reader.
    static func tell(_ text: String) async {
        await StandardError.shared.write([UInt8](line(text).utf8))
    }

    static func write(_ text: String) {
        StandardError.shared.append([UInt8](text.utf8))
    }

    private static func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }
}
