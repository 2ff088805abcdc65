import ShippyCore
import Testing

@testable import ShippyApp

@Suite struct EventsStatusTests {
    private let status = EventsStatus(
        outbox: OutboxStatus(pending: 0, oldestAge: 0, setAside: 2),
        bus: BusStatus(firstSequence: 1, lastSequence: 7, bytes: 900, consumers: []))

    /// What is set aside is never published by itself: somebody has to see it.
    @Test func whatIsSetAsideIsShown() {
        #expect(status.fields.contains { $0 == ("set aside", "2") })
        var json = JSONWriter()
        json.value(status)
        #expect(String(decoding: json.bytes, as: UTF8.self).contains(#""outbox":{"pending":0,"oldest_age":0,"set_aside":2}"#))
    }

    @Test(arguments: [(0, "outbox    0 pending\n"), (2, "outbox    0 pending, 2 set aside as too large for the bus\n")])
    func theOverallStatusShowsItWhenThereIsAny(count: Int, line: String) {
        var report = StatusReport(home: "/home")
        report.events = status
        report.events?.outbox.setAside = count
        #expect(report.text(style: .plain).contains(line))
    }
}
