import Foundation
import ShippyCore

/// Standard error, where people are spoken to.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// A line for a person. What is not ours in it must have been escaped before.
    static func say(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n")
    }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var position = 0
            while position < bytes.count {
                let count = Foundation.write(STDERR_FILENO, bytes.baseAddress! + position, bytes.count - position)
                if count < 0, errno == EINTR { continue }
                // There is nowhere left to say that standard error is closed.
                guard count > 0 else { return }
                position += count
            }
        }
    }
}
