import ShippyCore
import Testing

@testable import ShippyApp

@Suite struct StatusReportTests {
    private static let engines = StatusReport.Engine.Role.allCases.map {
        StatusReport.Engine(role: $0, place: "here", state: .reachable("Engine 1"))
    }
    private static let instances = Role.allCases.map {
        Instance(service: $0.rawValue, id: "1", address: "127.0.0.1:1", protocol: "grpc", version: "1", ttl: 10)
    }

    private func report(_ edit: (inout StatusReport) -> Void = { _ in }) -> StatusReport {
        var report = StatusReport(
            home: "/home", engines: Self.engines, instances: Self.instances, users: 1, outbox: OutboxStatus.empty,
            bus: BusStatus(firstSequence: 1, lastSequence: 2, bytes: 3, consumers: []), mails: [.sent: 1, .queued: 2])
        edit(&report)
        return report
    }

    @Test func whatIsInOrderIsNoFinding() {
        #expect(report().findings == [])
    }

    @Test func eachFaultIsAFinding() {
        #expect(report { $0.bus?.deadLetters = 2 }.findings == ["events among the dead letters: 2; `shippy events dead list` lists them"])
        #expect(report { $0.outbox?.setAside = 1 }.findings == ["events set aside, because they are too large for the bus: 1"])
        #expect(report { $0.mails?[.dead] = 3 }.findings == ["dead mails: 3; `shippy mail list --state dead` lists them"])
        #expect(report { $0.instances.removeFirst() }.findings == ["no instance of the service users is registered"])
        #expect(report { $0.engines[1].state = .unreachable("away") }.findings == ["the bus cannot be reached: away"])
    }

    /// Who is registered is not known then.
    @Test func aRegistryThatIsAwayIsOneFinding() {
        let away = report {
            $0.engines[2].state = .unreachable("away")
            $0.instances = []
        }
        #expect(away.findings == ["the registry cannot be reached: away"])
        #expect(away.text(style: .plain).contains("registry  unreachable  here   away"))
    }
}
