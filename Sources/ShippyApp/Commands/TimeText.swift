import Foundation
import ShippyConfiguration
import ShippyCore

/// Parses times as people type them, with the forms that journalctl(1) and date(1) have in common:
///
/// - `now`, `today`, `yesterday`, `tomorrow`; the days begin at midnight, or have a time of day after them
/// - `10:00`, `10:00:05`: today
/// - `2h`, `1h30m`, `2h ago`, `2 hours ago`, `-2h`: before now; `+2h`: after now
/// - `2026-11-23`, `2026-11-23 15:00`, `2026-11-23T15:00:05.250`, and RFC 3339
/// - `@1764500000`: seconds since 1970; so is a number alone from 100,000,000 on
///
/// Times are local unless a zone follows: `Z`, `UTC`, an offset such as `+01:00`, or a name such as `Europe/Berlin`. A local time
/// that the clocks skip stands for the moment at which they skip it, and one that occurs twice for the first of both.
enum TimeText {
    /// The forms, for the help of commands with such an option.
    static let forms = """
        10:00, today, yesterday, "2026-11-23 15:00", an RFC 3339 timestamp, @ with seconds since 1970, or an age such as 2h or \
        "2h ago". It is local unless it has a zone.
        """

    /// The smallest number that is taken as seconds since 1970.
    private static let leastSeconds = 100_000_000.0
    private static let days = ["yesterday": -1, "today": 0, "tomorrow": 1]
    private static let millisecondsOfDay: Int64 = 86_400_000

    /// - Parameters:
    ///   - option: the name of the option with this value, for errors.
    ///   - zone: the zone of a time that has none.
    /// - Throws: ``ShippyError`` `.usage` that names the text.
    static func parse(_ text: String, option: String, now: Timestamp = .now, zone: TimeZone = .current) throws -> Timestamp {
        if let time = Timestamp(text) { return time }
        // The names of zones keep their case.
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.contains("/") ? String($0) : $0.lowercased() }.joined(separator: " ")
        if let number = Double(words) {
            if number >= leastSeconds, number < 1e11 { return Timestamp(milliseconds: Int64(number * 1000)) }
            throw failure(text, option, number < 0 || number >= leastSeconds ? nil : alone(words))
        }
        if let time = sinceEpoch(words) ?? relative(words, now) ?? ofDay(words, now, zone) { return time }
        if let match = try? /([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[t ](\S+))?(?: (\S+))?/.wholeMatch(in: words) {
            return try ofDate(match.output.1, match.output.2.map(String.init), match.output.3.map(String.init), text, option, zone)
        }
        let proposal = NearestName.of(words, among: ["now"] + days.keys.sorted()).map { "did you mean \($0)? " }
        throw failure(text, option, proposal)
    }

    private static func alone(_ number: String) -> String {
        "a number alone is ambiguous (\(number)m is an age, @\(number) is seconds since 1970); "
    }

    private static func failure(_ text: String, _ option: String, _ reason: String?) -> ShippyError {
        ShippyError(
            .usage,
            "cannot parse --\(option) \(text.quoted(limit: 80)): \(reason ?? "")use a time such as 10:00, yesterday, 2h ago, 2026-11-23 15:00 or 2026-01-02T03:04:05Z"
        )
    }

    // MARK: Forms

    private static func sinceEpoch(_ words: String) -> Timestamp? {
        guard words.hasPrefix("@"), let seconds = Double(words.dropFirst()), abs(seconds) < 1e11 else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1000))
    }

    private static func relative(_ words: String, _ now: Timestamp) -> Timestamp? {
        if words == "now" { return now }
        var text = words[...]
        var isAfter = false
        if text.hasSuffix(" ago") {
            text = text.dropLast(" ago".count)
        } else if text.hasPrefix("-") || text.hasPrefix("+") {
            isAfter = text.hasPrefix("+")
            text = text.dropFirst()
        }
        // A number alone is no age.
        guard text.first?.isNumber == true, Double(text) == nil, let length = DurationText.parse(short(text)) else { return nil }
        return isAfter ? now + length : now - length
    }

    /// `2 hours 5 min` as `2h5m`.
    private static func short(_ text: Substring) -> String {
        var short = text.filter { $0 != " " }
        let names = [("weeks?", "w"), ("days?", "d"), ("(hours?|hrs?)", "h"), ("(minutes?|mins?)", "m"), ("(seconds?|secs?)", "s")]
        for (name, unit) in names {
            // After a number, and before the next number or the end.
            short = short.replacingOccurrences(of: "(?<=[0-9])\(name)(?![a-z])", with: unit, options: .regularExpression)
        }
        return short
    }

    /// A day by its name, or today, with a time of day.
    private static func ofDay(_ words: String, _ now: Timestamp, _ zone: TimeZone) -> Timestamp? {
        var parts = words.split(separator: " ").map(String.init)
        let day = parts.first.flatMap { days[$0] }
        if day != nil { parts.removeFirst() }
        var time = "00:00"
        if let first = parts.first, first.contains(":") {
            time = first
            parts.removeFirst()
        } else if day == nil {
            return nil
        }
        guard parts.count <= 1, let place = parts.first.map(Self.zone) ?? zone else { return nil }
        let today = Timestamp(milliseconds: now.milliseconds + offset(place, at: now.milliseconds) + Int64(day ?? 0) * millisecondsOfDay)
        return local(String(today.description.prefix(10)), time, place)
    }

    /// - Parameter first: the time of day, or the zone of a date alone.
    private static func ofDate(
        _ date: Substring, _ first: String?, _ second: String?, _ text: String, _ option: String, _ zone: TimeZone
    ) throws -> Timestamp {
        guard wall(String(date), "00:00") != nil else { throw failure(text, option, "there is no \(date); ") }
        var time = first ?? "00:00"
        var place = second
        if let first, !first.contains(":") || first.hasPrefix("+"), second == nil { (time, place) = ("00:00", first) }
        // A zone may follow the time without a space.
        if place == nil, let match = try? /([0-9:.]+)(z|utc|[+-].+)/.wholeMatch(in: time) {
            (time, place) = (String(match.output.1), String(match.output.2))
        }
        guard let used = place.map(Self.zone) ?? zone else {
            throw failure(text, option, "there is no time zone \((place ?? "").quoted(limit: 40)); ")
        }
        guard let moment = local(String(date), time, used) else { throw failure(text, option, nil) }
        return moment
    }

    private static func zone(_ name: String) -> TimeZone? {
        if ["z", "utc", "gmt"].contains(name) { return .gmt }
        if let match = try? /([+-])([0-9]{2}):?([0-9]{2})?/.wholeMatch(in: name) {
            guard let hours = Int(match.output.2), let minutes = Int(match.output.3 ?? "00"), hours < 24, minutes < 60 else { return nil }
            return TimeZone(secondsFromGMT: (match.output.1 == "-" ? -1 : 1) * (hours * 3600 + minutes * 60))
        }
        guard name.contains("/") else { return nil }
        // The list of known zones has only one name for each.
        let known = TimeZone.knownTimeZoneIdentifiers.first { $0.lowercased() == name.lowercased() }
        return TimeZone(identifier: known ?? name)
    }

    // MARK: Local time

    /// What a clock in UTC shows as this date and time, in milliseconds since 1970; nil for a date or a time that does not exist.
    private static func wall(_ date: String, _ time: String) -> Int64? {
        guard let match = try? /([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?/.wholeMatch(in: time) else { return nil }
        guard let hour = Int64(match.output.1), let minute = Int64(match.output.2), hour < 24, minute < 60 else { return nil }
        let second = match.output.3.flatMap { Int64($0) } ?? 0
        let fraction = match.output.4.map { Int64(($0 + "00").prefix(3)) ?? 0 } ?? 0
        guard second < 60, let midnight = Timestamp("\(date)T00:00:00Z"), midnight.description.hasPrefix(date) else { return nil }
        return midnight.milliseconds + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// The moment at which clocks in `zone` show this date and time.
    private static func local(_ date: String, _ time: String, _ zone: TimeZone) -> Timestamp? {
        guard let wall = wall(date, time) else { return nil }
        let before = offset(zone, at: wall - millisecondsOfDay)
        let after = offset(zone, at: wall + millisecondsOfDay)
        let moments = Set([before, after]).map { wall - $0 }.sorted()
        if let moment = moments.first(where: { offset(zone, at: $0) == wall - $0 }) { return Timestamp(milliseconds: moment) }
        // The clocks skip this time, between the two moments. Bisects for the second from which on the new offset is valid.
        var (low, high) = (moments[0] / 1000, moments[moments.count - 1] / 1000)
        while low < high {
            let middle = low + (high - low) / 2
            if offset(zone, at: middle * 1000) == after { high = middle } else { low = middle + 1 }
        }
        return Timestamp(milliseconds: high * 1000)
    }

    /// In milliseconds.
    private static func offset(_ zone: TimeZone, at moment: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Timestamp(milliseconds: moment).date)) * 1000
    }
}
