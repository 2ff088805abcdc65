package import Foundation

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z. Its text is RFC 3339 in UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + duration.milliseconds)
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds - duration.milliseconds)
    }

    package static func - (end: Timestamp, start: Timestamp) -> Duration {
        .milliseconds(end.milliseconds - start.milliseconds)
    }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// `2026-01-02T03:04:05.678Z`
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `2026-01-02T04:04:05.678+01:00`
    package func description(in zone: TimeZone) -> String {
        let seconds = zone.secondsFromGMT(for: date)
        let clock = Timestamp(milliseconds: milliseconds + Int64(seconds) * 1000).description.dropLast()
        let minutes = abs(seconds) / 60
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(clock)\(seconds < 0 ? "-" : "+")\(digits(minutes / 60)):\(digits(minutes % 60))"
    }

    /// Parses an RFC 3339 time with any offset, with or without a fraction of a second.
    package init?(_ text: String) {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: text.utf8.contains(UInt8(ascii: ".")))
        guard let date = try? format.parse(text) else { return nil }
        self.init(date)
    }

    package init(_ date: Date) {
        // Clamps times of other programs to the years 1 to 9999, the range of the text format.
        let milliseconds = min(max((date.timeIntervalSince1970 * 1000).rounded(), -62_135_596_800_000), 253_402_300_799_999)
        self.init(milliseconds: Int64(milliseconds))
    }

    package var date: Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Appends the 24 bytes of the description.
    ///
    /// Foundation's formatter takes about 2 µs, too long for a tail that replays half a million events a second.
    package func append(to bytes: inout [UInt8]) {
        let (days, time) = milliseconds.quotientAndRemainder(floorDividingBy: 86_400_000)
        let (year, month, day) = Self.civil(daysSince1970: days)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
            var position = 0
            func put(_ value: Int64, digits: Int, _ end: Unicode.Scalar) {
                var rest = value
                for place in stride(from: position + digits - 1, through: position, by: -1) {
                    text.initializeElement(at: place, to: UInt8(truncatingIfNeeded: 48 + rest % 10))
                    rest /= 10
                }
                text.initializeElement(at: position + digits, to: UInt8(ascii: end))
                position += digits + 1
            }
            put(year, digits: 4, "-")
            put(month, digits: 2, "-")
            put(day, digits: 2, "T")
            put(time / 3_600_000, digits: 2, ":")
            put(time / 60_000 % 60, digits: 2, ":")
            put(time / 1000 % 60, digits: 2, ".")
            put(time % 1000, digits: 3, "Z")
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
    }

    /// The proleptic Gregorian date. Counts in 400-year eras and in years that begin on 1 March, so that a leap day is the last
    /// day of its year.
    private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).quotientAndRemainder(floorDividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func quotientAndRemainder(floorDividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Duration {
    /// Whole milliseconds, truncated toward zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// Whole nanoseconds, truncated toward zero.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
