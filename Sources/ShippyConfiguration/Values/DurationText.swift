import ShippyCore

/// Durations as people write them: `500ms`, `10s`, `5m`, `1h30m`, `7d`; a bare number is seconds.
package enum DurationText {
    package static func parse(_ text: String) -> Duration? {
        if let seconds = Double(text), seconds >= 0, seconds < 1e10 { return .milliseconds(Int64(seconds * 1000)) }
        var total = Duration.zero
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), number < 1e10, let length = units.first(where: { $0.name == unit })?.milliseconds else { return nil }
            total += .milliseconds(Int64(number * length))
        }
        return total
    }

    private static let units: [(name: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]

    /// The duration in the largest unit up to days that divides it, as ``parse(_:)`` accepts it: `10s`, `90d`.
    package static func write(_ duration: Duration) -> String {
        let milliseconds = Double(duration.milliseconds)
        let unit =
            units.last { $0.name != "w" && milliseconds.truncatingRemainder(dividingBy: $0.milliseconds) == 0 && milliseconds >= $0.milliseconds }
            ?? units[0]
        return "\(Int64(milliseconds / unit.milliseconds))\(unit.name)"
    }

    /// For people: `8.2s`, `3m 5s`, `2h 10m`, `4d 2h`
    package static func describe(_ duration: Duration) -> String {
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
