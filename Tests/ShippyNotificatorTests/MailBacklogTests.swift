import EmbeddedEngines
import ShippyCore
import ShippyEvents
import ShippyNotificator
import TestSupport
import Testing

@Suite struct MailBacklogTests {
    /// A notificator that starts afterwards finds no event, and the mails are not due.
    @Test func mailsOfEventsThatNobodyTookAreQueuedAndHeld() async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let store = try SQLiteStore(database, events: .log(groups: ConsumerConfiguration.mailing))
        let bus = try EmbeddedBus(database)
        _ = try await store.insert((0..<700).map { Samples.newUser("u\($0)@example.com") })
        _ = try await bus.publish([Samples.outgoing("user.created", "no user")])
        let until = Timestamp.now + .seconds(1_000_000)
        #expect(try await MailBacklog(.welcome()).hold(until: until, saying: "held", bus: bus, queue: store) == 700)
        #expect(try await MailBacklog(.welcome()).hold(until: until, saying: "held", bus: bus, queue: store) == 0)
        #expect(try await store.mailCounts() == [.queued: 700])
        #expect(try await store.activeMailCount() == 0)
        #expect(try await store.mails(state: .queued, after: nil, limit: 1).first?.lastReply == "held")
        let group = try #require(try await bus.status().consumers.first { $0.name == ConsumerConfiguration.welcome.name })
        // The one of which no mail can be made.
        #expect(group.lag == 1)
        await bus.close()
        await store.close()
    }
}
