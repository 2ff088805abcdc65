import ShippyCore

/// Durations as people write them: `500ms`, `10s`, `5m`, `1h30m`, `7d`; a bare number is seconds.
enum DurationText {
    static func parse(_ text: String) -> Duration? {
        if let seconds = Double(text), seconds >= 0, seconds < 1e10 { return .milliseconds(Int64(seconds * 1000)) }
        var total = Duration.zero
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), number < 1e10, let length = units[String(unit)] else { return nil }
            total += .milliseconds(Int64(number * length))
        }
        return total
    }

    private static let units: [String: Double] = [
        "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]

    /// `8.2s`, `3m 5s`, `2h 10m`, `4d 2h`
    static func describe(_ duration: Duration) -> String {
        let seconds = max(0, duration.seconds)
        let whole = Int(seconds)
        switch whole {
        case ..<60: return "\((seconds * 10).rounded() / 10)s"
        case ..<3600: return "\(whole / 60)m \(whole % 60)s"
        case ..<86_400: return "\(whole / 3600)h \(whole % 3600 / 60)m"
        default: return "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
        }
    }
}
