import Foundation
import ShippyCore
import Testing

@testable import ShippyApp

@Suite struct TimeTextTests {
    private static let berlin = TimeZone(identifier: "Europe/Berlin")!
    /// A Wednesday, 15:30:05 in Berlin.
    private static let now = Timestamp("2026-07-15T13:30:05Z")!

    private func parse(_ text: String, now: Timestamp = now, zone: TimeZone = berlin) throws -> String {
        try TimeText.parse(text, option: "since", now: now, zone: zone).description
    }

    @Test(arguments: [
        ("now", "2026-07-15T13:30:05.000Z"), ("today", "2026-07-14T22:00:00.000Z"), ("yesterday", "2026-07-13T22:00:00.000Z"),
        ("tomorrow", "2026-07-15T22:00:00.000Z"), ("Yesterday 15:00", "2026-07-14T13:00:00.000Z"), ("today 7:05:06", "2026-07-15T05:05:06.000Z"),
        ("yesterday UTC", "2026-07-14T00:00:00.000Z"), ("10:00", "2026-07-15T08:00:00.000Z"), ("10:00:05", "2026-07-15T08:00:05.000Z"),
        ("10:00:05.25", "2026-07-15T08:00:05.250Z"), ("10:00 UTC", "2026-07-15T10:00:00.000Z"),
        ("10:00 America/New_York", "2026-07-15T14:00:00.000Z"),
    ])
    func daysAndTimesOfDayAreLocal(text: String, time: String) throws {
        #expect(try parse(text) == time)
    }

    @Test(arguments: [
        ("2h ago", "2026-07-15T11:30:05.000Z"), ("2 hours ago", "2026-07-15T11:30:05.000Z"), ("-2h", "2026-07-15T11:30:05.000Z"),
        ("2h", "2026-07-15T11:30:05.000Z"), ("+2h", "2026-07-15T15:30:05.000Z"), ("1d", "2026-07-14T13:30:05.000Z"),
        ("1h30m", "2026-07-15T12:00:05.000Z"), ("1 day 2 hours ago", "2026-07-14T11:30:05.000Z"), ("15 min", "2026-07-15T13:15:05.000Z"),
        ("500ms", "2026-07-15T13:30:04.500Z"), ("2 weeks ago", "2026-07-01T13:30:05.000Z"), ("0s", "2026-07-15T13:30:05.000Z"),
        ("1 second ago", "2026-07-15T13:30:04.000Z"), ("90 secs", "2026-07-15T13:28:35.000Z"), ("1.5h", "2026-07-15T12:00:05.000Z"),
    ])
    func agesCountBackFromNow(text: String, time: String) throws {
        #expect(try parse(text) == time)
    }

    @Test(arguments: [
        ("2026-11-23", "2026-11-22T23:00:00.000Z"), ("2026-11-23 15:00", "2026-11-23T14:00:00.000Z"),
        ("2026-11-23 15:00:05", "2026-11-23T14:00:05.000Z"), ("2026-11-23T15:00", "2026-11-23T14:00:00.000Z"),
        ("2026-07-23 15:00", "2026-07-23T13:00:00.000Z"), ("2026-11-23 15:00 UTC", "2026-11-23T15:00:00.000Z"),
        ("2026-11-23 15:00+05:30", "2026-11-23T09:30:00.000Z"), ("2026-11-23 15:00 -0800", "2026-11-23T23:00:00.000Z"),
        ("2026-11-23T15:00:05Z", "2026-11-23T15:00:05.000Z"), ("2026-11-23T15:00:05.678+01:00", "2026-11-23T14:00:05.678Z"),
        ("2026-11-23 15:00:05Z", "2026-11-23T15:00:05.000Z"), ("2026-11-23 UTC", "2026-11-23T00:00:00.000Z"),
        ("2026-11-23 15:00 Asia/Kolkata", "2026-11-23T09:30:00.000Z"), ("2024-02-29", "2024-02-28T23:00:00.000Z"),
        ("@1764500000", "2025-11-30T10:53:20.000Z"), ("@1764500000.5", "2025-11-30T10:53:20.500Z"), ("@5", "1970-01-01T00:00:05.000Z"),
        ("1764500000", "2025-11-30T10:53:20.000Z"),
    ])
    func datesAreLocalUnlessTheyHaveAZone(text: String, time: String) throws {
        #expect(try parse(text) == time)
    }

    /// The clocks go from 2:00 to 3:00 on 29 March, and from 3:00 to 2:00 on 25 October.
    @Test(arguments: [
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59.000Z"), ("2026-03-29 02:00", "2026-03-29T01:00:00.000Z"),
        ("2026-03-29 02:30", "2026-03-29T01:00:00.000Z"), ("2026-03-29 03:00", "2026-03-29T01:00:00.000Z"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00.000Z"), ("2026-10-25 03:00", "2026-10-25T02:00:00.000Z"),
    ])
    func changesOfTheClocks(text: String, time: String) throws {
        #expect(try parse(text) == time)
    }

    /// In Santiago, the clocks skip the hour after midnight on 6 September.
    @Test func aDayWithoutMidnightBeginsLater() throws {
        let zone = TimeZone(identifier: "America/Santiago")!
        #expect(try parse("2026-09-06", zone: zone) == "2026-09-06T04:00:00.000Z")
        #expect(try parse("yesterday", now: Timestamp("2026-09-07T12:00:00Z")!, zone: zone) == "2026-09-06T04:00:00.000Z")
    }

    /// Half past midnight in Berlin, and still the day before in UTC and New York.
    @Test func todayIsTheDayOfTheZone() throws {
        let now = Timestamp("2026-07-15T22:30:00Z")!
        #expect(try parse("today", now: now) == "2026-07-15T22:00:00.000Z")
        #expect(try parse("yesterday 15:00", now: now) == "2026-07-15T13:00:00.000Z")
        #expect(try parse("10:00", now: now) == "2026-07-16T08:00:00.000Z")
        #expect(try parse("today UTC", now: now) == "2026-07-15T00:00:00.000Z")
        #expect(try parse("10:00 America/New_York", now: now) == "2026-07-15T14:00:00.000Z")
    }

    /// The day before is 23 hours long, or 25.
    @Test func yesterdayIsADayOfTheCalendar() throws {
        #expect(try parse("yesterday", now: Timestamp("2026-03-30T10:00:00Z")!) == "2026-03-28T23:00:00.000Z")
        #expect(try parse("today", now: Timestamp("2026-03-29T20:00:00Z")!) == "2026-03-28T23:00:00.000Z")
        #expect(try parse("today", now: Timestamp("2026-10-25T20:00:00Z")!) == "2026-10-24T22:00:00.000Z")
    }

    @Test(arguments: [
        "soon", "", " ", "2h later", "25:00", "10:60", "10:00:60", "2026-02-30", "2026-13-01", "2026-11-23 24:00", "2026-11-23 10", "ago",
        "-", "2x", "10:00 Mars/Base", "2026-11-23 10:00 Mars/Base", "2026-11-23 10:00+99:00", "99999999999999", "@", "@x", "@1e30", "1h-2h", "--2h",
        "2026-11-23 10:00 UTC x", "today yesterday", "nan", "inf", "1e9h", "2026-1-2",
    ])
    func otherFormsAreRefused(text: String) throws {
        let error = #expect(throws: ShippyError.self) { try parse(text) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("cannot parse --since \(text.quoted(limit: 80)): ") == true)
        #expect(error?.message.contains("use a time such as 10:00, yesterday, 2h ago, ") == true)
    }

    @Test(arguments: ["15", "0", "90", "1.5", "99999999"])
    func aSmallNumberAloneIsRefused(text: String) throws {
        let error = #expect(throws: ShippyError.self) { try parse(text) }
        #expect(error?.message.contains("a number alone is ambiguous (\(text)m is an age, @\(text) is seconds since 1970); ") == true)
    }

    @Test(arguments: [
        ("yesteday", "did you mean yesterday? "), ("2026-02-30 10:00", "there is no 2026-02-30; "),
        ("2026-02-03 10:00 cest", "there is no time zone \"cest\"; "),
    ])
    func anErrorHelps(text: String, help: String) {
        let error = #expect(throws: ShippyError.self) { try parse(text) }
        #expect(error?.message.contains(help) == true, "\(error?.message ?? "")")
    }
}
