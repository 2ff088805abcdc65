import EmbeddedEngines
import ShippyCore
import ShippyEvents
import ShippyStory
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct StoryTailTests {
    private func follow(
        mailed: Bool, patience: Duration = .seconds(60),
        during body: @escaping @Sendable (SQLiteStore, EmbeddedBus) async throws -> Void = { _, _ in }
    ) async throws -> (ending: StoryTail.Ending, kinds: [StoryStep.Kind]) {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let store = try SQLiteStore(database, events: .log(groups: ConsumerConfiguration.mailing))
        let bus = try EmbeddedBus(database)
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        return try await closing(
            {
                await registry.close()
                await bus.close()
                await store.close()
            },
            after: {
                let now = Timestamp.now
                let user = User(
                    id: UUIDv7.next(at: now), name: "", company: "", email: EmailAddress(trusted: "ada@example.com"), createdAt: now)
                let event = EventEncoding.json.userCreated(user, eventID: "event-1", source: "/test", requestID: "r", welcome: mailed)
                _ = try await store.insert([
                    NewUser(user: user, passwordHash: nil, event: event, idempotency: nil, onConflict: .refuse, requestID: "r")
                ])
                let engines = StoryEngines(store: store, bus: { bus }, registry: { registry }, mailAttempts: 12)
                let subject = try await StoryFinder(engines, mailDomain: nil).find("ada@example.com", since: nil)
                let tail = StoryTail(
                    reader: StoryReader(engines), subject: subject, store: store, bus: bus, patience: patience, isClosed: { false })
                var kinds: [StoryStep.Kind] = []
                async let change: Void = body(store, bus)
                let ending = try await tail.follow { _, steps in kinds += steps.map(\.kind) }
                try await change
                return (ending, kinds)
            })
    }

    @Test func aStoryWithNothingToComeEndsAtOnce() async throws {
        let (ending, kinds) = try await follow(mailed: false)
        #expect(ending == .over)
        #expect(kinds == [.created, .event])
    }

    /// Nobody may ever start a notificator.
    @Test func whatMayNeverComeIsNotWaitedForForever() async throws {
        let (ending, kinds) = try await follow(mailed: true, patience: .milliseconds(300))
        #expect(ending == .silent)
        #expect(kinds == [.created, .event, .next])
    }

    @Test func newStepsAreToldAsTheyComeAndOnce() async throws {
        let (ending, kinds) = try await follow(mailed: true) { store, _ in
            var mail = Samples.mail("ada@example.com", eventID: "event-1")
            mail.state = .queued
            _ = try await store.enqueue([mail])
            let lease = try #require(
                try await store.claimMails(limit: 1, owner: "a", lease: .seconds(30), domainLimits: [:], defaultDomainLimit: 10).first?.lease)
            let facts = AttemptFacts(server: "mx.example.com:25", startedAt: .now, endedAt: .now)
            _ = try await store.settle([FinishedAttempt(lease: lease, outcome: .sent(reply: "250 ok"), facts: facts)])
        }
        #expect(ending == .over)
        #expect(kinds.filter { $0 != .next } == [.created, .event, .mailQueued, .mailTry, .mailSent])
    }
}
