import EmbeddedEngines
import Logging
import ServiceLifecycle
import ShippyCore
import ShippyEvents
import ShippyNotificator
import TestSupport
import Testing

@Suite struct MailConsumerTests {
    /// - Parameter isFailing: some are events that no mail can be made of, which are tried again and again.
    private func consume(_ events: [OutgoingEvent], times: Int = 1, isFailing: Bool = false) async throws -> [Mail] {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let store = try SQLiteStore(database)
        let bus = try EmbeddedBus(database)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(
            services: [Mailing.welcome(), .notices].map { MailConsumer($0, queue: store, bus: bus, logger: logger) }, logger: logger)
        let task = Task { try await group.run() }
        for turn in 0..<times {
            // Another id each time, as a bus gives that forgot it had the event.
            _ = try await bus.publish(
                events.map { event in
                    var event = event
                    event.id += "-\(turn)"
                    return event
                })
            try await eventually("all events are taken") {
                let groups = try await bus.status().consumers
                if !groups.isEmpty, groups.allSatisfy({ $0.lag == 0 }) { return true }
                let queued = try await store.mailCounts()[.queued] ?? 0
                return isFailing && queued > 0
            }
        }
        await group.triggerGracefulShutdown()
        try await task.value
        let mails = try await store.mails(state: nil, after: nil, limit: 1000)
        await bus.close()
        await store.close()
        return mails
    }

    @Test func oneMailForEachEventHoweverOftenItComes() async throws {
        let events = (0..<20).map { Samples.event(for: Samples.user("u\($0)@example.com")) }
        let mails = try await consume(events, times: 3)
        #expect(mails.map(\.to.description) == (0..<20).map { "u\($0)@example.com" })
        #expect(mails.map(\.eventID) == events.map(\.id))
        #expect(mails.allSatisfy { $0.requestID == "request-1" && $0.template == .welcome })
    }

    @Test func nobodyIsMailedForAChange() async throws {
        let user = Samples.user()
        let changes = UserEvent.allCases.map {
            EventEncoding.json.event($0, of: user, at: .now, eventID: UUIDv7.next(), source: "/test", requestID: "r")
        }
        let created = Samples.event(for: user)
        #expect(try await consume(changes + [created] + changes.reversed()).map(\.eventID) == [created.id])
    }

    @Test func foreignEventsGoByTheirHeaderOrUser() async throws {
        func foreign(_ headers: [(String, String)], _ json: String) -> OutgoingEvent {
            OutgoingEvent(id: UUIDv7.next(), subject: .userCreated, time: .now, headers: EventHeaders(headers), payload: [UInt8](json.utf8))
        }
        let mails = try await consume(
            [
                foreign([("id", "h1")], #"{"id":"u1","email":"a@b"}"#), foreign([("id", "h1")], #"{"id":"u1","email":"a@b"}"#),
                foreign([], #"{"id":"u2","email":"c@d"}"#), foreign([], #"{"id":"u2","email":"c@d"}"#),
            ])
        #expect(mails.map(\.eventID) == ["h1", "u2"])
    }

    @Test func anEventThatAsksForNoMailGetsNone() async throws {
        let event = EventEncoding.json.userCreated(Samples.user(), eventID: "e1", source: "/s", requestID: "r", welcome: false)
        #expect(try await consume([event]).isEmpty)
    }

    @Test func aPoisonEventLeavesTheOthersAlone() async throws {
        let mails = try await consume(
            [
                Samples.outgoing("user.created", "not a user"), Samples.event(for: Samples.user()),
                Samples.outgoing("user.created", #"{"id":"x","email":"a@b\r\nBcc: x@y"}"#),
            ], isFailing: true)
        #expect(mails.map(\.to.description) == ["ada@example.com"])
    }
}
