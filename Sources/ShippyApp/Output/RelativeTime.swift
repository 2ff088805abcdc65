import ShippyCore

/// Times relative to now, in one unit, for tables: `3m ago`, `in 89d`.
enum RelativeTime {
    static func describe(_ time: Timestamp, now: Timestamp = .now) -> String {
        time <= now ? "\(length(now - time)) ago" : "in \(length(time - now))"
    }

    /// What is left, rounded: just after something has begun to last for 30 days, `30d` are left.
    static func rest(_ duration: Duration) -> String {
        let unit: Duration =
            duration < .seconds(60)
            ? .seconds(1) : duration < .seconds(3600) ? .seconds(60) : duration < .seconds(86_400) ? .seconds(3600) : .seconds(86_400)
        return length(duration + unit / 2)
    }

    /// `12s`, `59m`, `23h`, `364d`
    static func length(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.seconds))
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }
}
