import ShippyConfiguration
import ShippyCore

/// Parses times as users write them: RFC 3339, seconds since 1970, or a duration, counted back from now.
enum TimeText {
    /// - Throws: ``ShippyError`` `.usage` that names the text.
    static func parse(_ text: String, option: String, now: Timestamp = .now) throws -> Timestamp {
        if let time = Timestamp(text) { return time }
        // Smaller numbers are durations in seconds.
        if let seconds = Double(text), seconds >= 100_000_000, seconds < 1e11 { return Timestamp(milliseconds: Int64(seconds * 1000)) }
        if let ago = DurationText.parse(text) { return now - ago }
        throw ShippyError(
            .usage,
            "cannot parse --\(option) \(text.quoted(limit: 80)): use a time such as 2026-01-02T03:04:05Z, seconds since 1970, or a duration ago such as 15m"
        )
    }
}
