/// The trace that a request belongs to, as in the header `traceparent` of <https://www.w3.org/TR/trace-context/>.
///
/// shippy records no spans of its own, so it hands a trace on as it came, as the recommendation has it for such a service: what
/// follows hangs directly below the caller's span.
package struct Trace: Hashable, Sendable, CustomStringConvertible {
    /// `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`
    package let description: String

    /// That of the request that the current task carries out; nil if its client has sent none.
    @TaskLocal package static var current: Trace?

    /// `00`, and the parts' lengths with the dashes between them.
    private static let length = 55
    private static let dashes = [2, 35, 52]
    /// Whether the caller has recorded the trace, and whether its ID is random.
    private static let knownFlags: UInt8 = 0b11

    /// - Returns: nil for a text that the recommendation has ignored. That of a later version is read as far as it is known.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, Self.dashes.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        let parts = bytes[..<Self.length].split(separator: UInt8(ascii: "-"))
        guard parts.map(\.count) == [2, 32, 16, 2], parts.allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { return nil }
        let version = String(decoding: parts[0], as: UTF8.self)
        let isWhole = bytes.count == Self.length
        guard version != "ff", isWhole || (version != "00" && bytes[Self.length] == UInt8(ascii: "-")) else { return nil }
        // All zeros stand for none.
        guard !parts[1...2].contains(where: { $0.allSatisfy { $0 == UInt8(ascii: "0") } }) else { return nil }
        let flags = UInt8(String(decoding: parts[3], as: UTF8.self), radix: 16)! & Self.knownFlags
        description = "00-\(String(decoding: parts[1], as: UTF8.self))-\(String(decoding: parts[2], as: UTF8.self))-0\(flags)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private init(trusted text: String) {
        description = text
    }

    /// The trace of a request with this header: a new one if it cannot be read; nil without the header, because nobody would see a trace
    /// that only begins here.
    package static func accept(_ header: String?) -> Trace? {
        guard let header else { return nil }
        return Trace(header) ?? begin()
    }

    /// A new one, not recorded by anyone so far.
    static func begin() -> Trace {
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in
                let text = String(UInt64.random(in: 1 ... .max), radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }.joined()
        }
        return Trace(trusted: "00-\(digits(2))-\(digits(1))-00")
    }

    /// Runs `body` as part of the trace of this header. Without one, it costs nothing.
    package static func with<Value>(
        _ header: String?, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        guard let trace = accept(header) else { return try await body() }
        return try await $current.withValue(trace) { try await body() }
    }
}
