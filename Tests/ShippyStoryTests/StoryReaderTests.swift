import EmbeddedEngines
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyStory

@Suite struct StoryReaderTests {
    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func everythingThatHappenedIsToldInOrder() async throws {
        try await StoryUnderTest.with { test in
            let origin = UserOrigin(way: .http, address: "192.0.2.7", hashing: .milliseconds(79), requestID: "request-1")
            let ada = try await test.create("ada@example.com", origin: origin, trace: Self.trace)
            let bob = try await test.create("bob@example.com")
            let events = try await test.events()
            try await test.mail(ada, of: events[0].id, [.retry(after: .zero, reply: "451 later"), .sent(reply: "250 ok")])
            try await test.mail(bob, of: events[1].id, [.sent(reply: "250 ok")], requestID: "request-9")
            try await test.change(ada, .updateUser, .updated) { $0.user.name = "Ada" }
            try await test.store.record([test.entry(.logIn, ada.id, outcome: .refused)])
            try await test.change(ada, .setPassword, nil) { $0.passwordHash = "x" }
            try await test.change(ada, .disableUser, .disabled) { $0.isDisabled = true }
            let story = try await test.story("ada@example.com")
            let kinds = story.steps.map(\.kind)
            // The log has a clock of its own, which may be some milliseconds off.
            #expect(
                kinds.filter { $0 != .event } == [
                    .created, .mailQueued, .mailTry, .mailTry, .mailSent, .updated, .loginFailed, .passwordChanged, .disabled,
                ])
            #expect(kinds.count { $0 == .event } == 3)
            // What somebody was called at first is told first, and what became of it later.
            #expect(story.steps.filter { $0.kind == .event }.map(\.detail) == ["user.created", "user.updated: name none → Ada", "user.disabled"])
            #expect(story.isOver)
            let created = story.steps[0]
            #expect(
                created.detail
                    == "ada@example.com, role user, now disabled; by anonymous over HTTP from 192.0.2.7; password hashed in 79 ms")
            #expect(created.members.contains(StoryStep.Member(name: "trace", value: .text(Self.trace))))
            #expect(created.members.contains(StoryStep.Member(name: "hashing_ms", value: .number(79))))
            #expect(story.steps[3].detail == "451 later (mx.example.com:25)")
            #expect(Set(story.steps.map(\.key)).count == story.steps.count)
        }
    }

    @Test func everyIDLeadsToTheStory() async throws {
        try await StoryUnderTest.with { test in
            let request = UUIDv7.next()
            let ada = try await test.create("ada@example.com", origin: UserOrigin(requestID: request))
            _ = try await test.create("bob@example.com")
            let event = try await test.events()[0]
            let mail = try await test.mail(ada, of: event.id, [.sent(reply: "250 ok")], requestID: request)
            try await test.change(ada, .updateUser, .updated) { $0.user.name = "Ada" }
            let entry = try await test.store.auditEntries(AuditFilter(), .before(nil), limit: 1)[0]
            let whole = try await test.story("ada@example.com").steps.map(\.key)
            for name in ["ADA@example.com", ada.id, ada.id.uppercased(), event.id, mail.id, entry.id, "1"] {
                #expect(try await test.story(name).steps.map(\.key) == whole, "\(name)")
            }
            let ofRequest = try await test.story(request)
            #expect(ofRequest.subject.kind == .request)
            #expect(ofRequest.steps.first?.detail == "ada@example.com; by anonymous")
            #expect(ofRequest.steps.map(\.kind) == [.created, .event, .mailQueued, .mailTry, .mailSent])
            #expect(try await test.story("request-2").steps.map(\.kind) == [.updated, .event])
        }
    }

    /// By the ID, and by the address, which only events and mails still know.
    @Test func aDeletedUserHasAStory() async throws {
        try await StoryUnderTest.with { test in
            let id = UUIDv7.next()
            var audit = test.entry(.createUser, id, requestID: "request-1")
            audit.detail = "via=grpc, hashed=81ms"
            let ada = try await test.create("ada@example.com", id: id, audit: audit)
            let event = try await test.events()[0]
            try await test.mail(ada, of: event.id, [.sent(reply: "250 ok")])
            try await test.delete(ada)
            let kinds: [StoryStep.Kind] = [.created, .event, .mailQueued, .mailTry, .mailSent, .deleted, .event]
            for name in [id, "ada@example.com"] {
                let story = try await test.story(name)
                #expect(story.steps.map(\.kind) == kinds, "\(name)")
                #expect(story.subject.name == "ada@example.com")
                #expect(story.steps[0].detail == "ada@example.com; by owner over gRPC from 192.0.2.7; password hashed in 81 ms")
                #expect(story.isOver)
            }
        }
    }

    /// Whoever has the address now is not who had it before.
    @Test func theNextOwnerOfAnAddressHasAStoryOfTheirOwn() async throws {
        try await StoryUnderTest.with { test in
            let before = try await test.create("ada@example.com")
            let first = try await test.events()[0]
            let mail = try await test.mail(before, of: first.id, [.sent(reply: "250 ok")])
            try await test.delete(before)
            let next = try await test.create("ada@example.com")
            #expect(try await test.story(next.id).steps.compactMap { $0.kind == .created ? $0.key : nil } == ["created \(next.id)"])
            #expect(try await test.story(mail.id).steps.first?.key == "created \(before.id)")
        }
    }

    @Test func aRenamedUserIsFoundByTheEarlierAddress() async throws {
        try await StoryUnderTest.with { test in
            let ada = try await test.create("ada@example.com")
            try await test.change(ada, .updateUser, .updated) { $0.user.email = EmailAddress(trusted: "lovelace@example.com") }
            let whole = try await test.story("lovelace@example.com").steps.map(\.key)
            #expect(try await test.story("ada@example.com").steps.map(\.key) == whole)
        }
    }

    /// Also if the address has another owner by now, and the user another address.
    @Test func theMailsOfAUserAreThoseThatTellSo() async throws {
        try await StoryUnderTest.with { test in
            let ada = try await test.create("ada@example.com")
            let first = try await test.mail(ada, of: try await test.events()[0].id, [.dead(reply: "550 no")])
            try await test.change(ada, .updateUser, .updated) { $0.user.email = EmailAddress(trusted: "lovelace@example.com") }
            let copy = first.copy(to: EmailAddress(trusted: "lovelace@example.com"), requestID: "request-5")
            _ = try await test.store.change(MailChange(.resend(copy), mailID: first.id))
            let eve = try await test.create("ada@example.com")
            let other = try await test.mail(eve, of: try await test.events().last!.id, [])
            func mails(_ name: String) async throws -> [String] {
                try await test.story(name).steps.filter { $0.kind == .mailQueued }.map(\.key)
            }
            #expect(try await mails(ada.id) == ["mail-queued \(first.id) ", "mail-queued \(copy.id) "])
            #expect(try await mails(copy.id) == ["mail-queued \(first.id) ", "mail-queued \(copy.id) "])
            #expect(try await mails(eve.id) == ["mail-queued \(other.id) "])
            #expect(try await test.story(ada.id).steps.allSatisfy { $0.kind != .note })
            let given = try #require(try await test.story(ada.id).steps.first { $0.kind == .mailDead })
            #expect(given.detail == "welcome to ada@example.com: 550 no")
        }
    }

    /// Mails of earlier releases are told by their address, which is a guess.
    @Test func whatIsGuessedIsSaid() async throws {
        try await StoryUnderTest.with { test in
            let ada = try await test.create("ada@example.com")
            try await test.mail(ada, of: "another-event", [.sent(reply: "250")], tellsUser: false)
            let story = try await test.story(ada.id)
            #expect(story.steps.contains { $0.kind == .mailSent })
            #expect(story.steps.last { $0.kind == .note }?.detail == "1 mail does not tell whose it is: its address is the user's")
        }
    }

    @Test func whatIsToComeIsToldWithWhatIsMissing() async throws {
        try await StoryUnderTest.with { test in
            let ada = try await test.create("ada@example.com")
            func next() async throws -> StoryStep? {
                let story = try await test.story("ada@example.com")
                #expect(!story.isOver)
                return story.steps.last
            }
            let missing = "waits: no notificator is running: `shippy up` or `shippy serve notificator` starts one"
            #expect(try await next()?.what == "mail of event 1")
            #expect(try await next()?.detail == missing)
            try await test.mail(ada, of: try await test.events()[0].id, [.retry(after: .seconds(60), reply: "451 later")])
            #expect(try await next()?.what == "mail try 2 of 12")
            #expect(try await next()?.detail == missing)
            _ = try await test.registry.register(Samples.instance("notificator"))
            #expect(try await next()?.detail == "welcome to ada@example.com")
        }
    }

    /// A dead letter is a problem; its replay and its drop are not.
    @Test func deadLettersAreToldWithWhatBecameOfThem() async throws {
        try await StoryUnderTest.with { test in
            _ = try await test.create("ada@example.com")
            let event = try await test.events()[0]
            _ = try await test.bus.publish([event.deadLetter(of: "notificator", reason: "no mail can be made of it")])
            var story = try await test.story("ada@example.com")
            #expect(story.steps.map(\.kind) == [.created, .event, .eventDead])
            #expect(story.steps[2].mark == .problem)
            #expect(story.isOver, "nobody replays it by itself")
            let letters = try await test.bus.deadLetters(after: 0, limit: 10)
            _ = try await test.bus.settle(letters, by: .drop)
            story = try await test.story("ada@example.com")
            #expect(story.steps.map(\.kind) == [.created, .event, .eventDead, .eventDropped])
            #expect(story.steps[3].mark == .done)
            #expect(story.steps[3].detail == "dead letter 2")
        }
    }

    /// The events around it are not read to their end, and that is said.
    @Test func aStoryInALargeLogIsReadNearItsTimes() async throws {
        try await StoryUnderTest.with { test in
            let ada = try await test.create("ada@example.com")
            for _ in 0..<3 { _ = try await test.bus.publish((0..<8000).map { _ in Samples.outgoing("demo") }) }
            try await test.change(ada, .disableUser, .disabled) { $0.isDisabled = true }
            let log = StoryEvents(bus: test.bus)
            var looked = 0
            let (events, isWhole) = try await log.find(near: [ada.createdAt]) { event in
                looked += 1
                return event.userID == ada.id
            }
            #expect(events.map(\.subject) == [.userCreated, .userDisabled])
            #expect(!isWhole)
            #expect(looked <= StoryEvents.behind + StoryEvents.limit + 1500)
            let story = try await test.story("ada@example.com")
            #expect(story.steps.filter { $0.kind == .event }.count == 2)
            #expect(story.steps.contains { $0.kind == .note && $0.detail.hasPrefix("only those near the known times") })
        }
    }

    @Test func whatIsNotKnownIsNotFound() async throws {
        try await StoryUnderTest.with { test in
            _ = try await test.create("ada@example.com")
            for name in ["eve@example.com", UUIDv7.next(), "request-77", "99"] {
                let error = await #expect(throws: ShippyError.self, "\(name)") { try await test.story(name) }
                #expect(error?.code == .notFound)
                #expect(error?.message.contains("looked through users") == true)
            }
        }
    }

    @Test func aBusThatIsAwayIsSaid() async throws {
        try await StoryUnderTest.with { test in
            _ = try await test.create("ada@example.com")
            var engines = test.engines
            engines.bus = { throw ShippyError(.unavailable, "the bus is away") }
            let subject = try await StoryFinder(engines, mailDomain: nil).find("ada@example.com", since: nil)
            let story = try await StoryReader(engines).read(subject)
            #expect(story.steps.map(\.kind) == [.created, .note])
            #expect(story.steps[1].detail == "cannot be read: the bus is away")
            #expect(!story.isOver, "its event may wait in the outbox")
        }
    }
}
