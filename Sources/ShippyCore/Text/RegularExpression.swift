import CPcre2
import Glibc
import Synchronization

/// A Perl-compatible regular expression (see pcre2pattern(3)), ignoring case. `^` and `$` match at line ends.
///
/// `@unchecked Sendable`: the memory for matches is used by one matcher at a time, which the lock ensures.
package final class RegularExpression: @unchecked Sendable {
    /// The most matching steps per text. An expression such as `(a+)+$` could otherwise block the caller for years.
    private static let stepLimit: UInt32 = 20_000
    private static let failureLimit = 100

    private let code: OpaquePointer
    private let found: OpaquePointer
    private let context: OpaquePointer
    private let failures = Mutex(0)

    /// - Throws: ``ShippyError`` `.usage` for an invalid expression.
    package init(_ text: String) throws(ShippyError) {
        var (status, place): (Int32, Int) = (0, 0)
        var text = text
        let code = text.withUTF8 {
            pcre2_compile_8($0.baseAddress, $0.count, PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &status, &place, nil)
        }
        guard let code else { throw ShippyError(.usage, Self.message(status)) }
        self.code = code
        // Without JIT, which some systems forbid, matching is only slower.
        pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
        found = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.stepLimit)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(found)
        pcre2_code_free_8(code)
    }

    private static func message(_ status: Int32) -> String {
        var message = [UInt8](repeating: 0, count: 256)
        pcre2_get_error_message_8(status, &message, message.count)
        return String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether matching was given up for some texts. They count as not matching.
    package var isTooSlow: Bool { failures.withLock { $0 > 0 } }

    /// - Parameter text: lines of UTF-8, up to the first NUL.
    package func matches(_ text: UnsafePointer<CChar>) -> Bool {
        let length = strlen(text)
        return text.withMemoryRebound(to: UInt8.self, capacity: length) { matches(UnsafeBufferPointer(start: $0, count: length)) }
    }

    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        failures.withLock { failures in
            guard failures < Self.failureLimit else { return false }
            // An empty buffer may have no address, which PCRE2 refuses.
            let status = withUnsafePointer(to: UInt8(0)) { empty in
                pcre2_match_8(code, text.baseAddress ?? empty, text.count, 0, PCRE2_NO_UTF_CHECK, found, context)
            }
            if status < PCRE2_ERROR_NOMATCH { failures += 1 }
            return status >= 0
        }
    }
}
