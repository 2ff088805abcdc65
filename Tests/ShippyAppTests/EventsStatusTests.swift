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

    @Test(arguments: [(0, "outbox    0 pending\n"), (2, "outbox    0 pending, 2 set aside: too large for the bus\n")])
    func theOverallStatusShowsItWhenThereIsAny(count: Int, line: String) {
        var report = StatusReport(home: "/home")
        report.outbox = OutboxStatus(pending: 0, oldestAge: 0, setAside: count)
        #expect(report.text(style: .plain).contains(line))
    }

    @Test(arguments: [(1, 7, "events    1 to 7, 0 dead letters\n"), (8, 7, "events    none, 0 dead letters\n")])
    func noEventsAreNotARange(first: Int64, last: Int64, line: String) {
        var report = StatusReport(home: "/home")
        report.bus = BusStatus(firstSequence: first, lastSequence: last, bytes: 900, consumers: [])
        #expect(report.text(style: .plain).contains(line))
    }

    /// Zero mails would be a statement, and a reassuring one.
    @Test func whatCannotBeReadIsNull() {
        var report = StatusReport(home: "/home")
        report.bus = BusStatus(firstSequence: 1, lastSequence: 7, bytes: 900, consumers: [])
        var json = JSONWriter()
        json.value(report)
        let text = String(decoding: json.bytes, as: UTF8.self)
        #expect(text.contains(#""users":null"#))
        #expect(text.contains(#""events":{"outbox":null,"bus":{"first_seq":1,"#), "\(text)")
        #expect(text.contains(#""mails":null"#))
        #expect(report.text(style: .plain).contains("events    1 to 7"))
    }

    @Test(arguments: [
        ("", true, "no service is running: `shippy up` starts them\n"), ("", false, "no service is running: `shippy serve` starts one\n"),
        ("registry", true, "cannot list instances: the registry cannot be read\n"), ("store", true, "no service is registered\n"),
    ])
    func anEmptyListOfInstancesIsExplained(unreachable: String, isEmbedded: Bool, line: String) {
        var report = StatusReport(home: "/home", isEmbedded: isEmbedded)
        report.engines = StatusReport.Engine.Role.allCases.map { role in
            StatusReport.Engine(role: role, place: "here", state: role.rawValue == unreachable ? .unreachable("refused") : .reachable("1"))
        }
        let text = report.text(style: .plain)
        #expect(text.contains(line))
        #expect(unreachable.isEmpty || !text.contains("shippy up"))
    }
}
