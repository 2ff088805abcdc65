import Glibc
import ShippyCore

/// A POSIX extended regular expression, in any case of letters.
final class RegularExpression {
    private var compiled = regex_t()

    /// - Throws: ``ShippyError`` `.usage` for one that cannot be read.
    init(_ text: String) throws(ShippyError) {
        let status = regcomp(&compiled, text, REG_EXTENDED | REG_ICASE | REG_NOSUB | REG_NEWLINE)
        guard status == 0 else {
            var message = [CChar](repeating: 0, count: 200)
            regerror(status, &compiled, &message, message.count)
            throw ShippyError(.usage, message.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        }
    }

    deinit { regfree(&compiled) }

    /// - Parameter text: lines.
    func matches(_ text: UnsafePointer<CChar>) -> Bool {
        regexec(&compiled, text, 0, nil, 0) == 0
    }
}
