import EmbeddedEngines
import ShippyCore
import ShippyEvents
import ShippyStory
import TestSupport

/// Engines in a directory, and what is written into them as the services do it.
final class StoryUnderTest {
    let store: SQLiteStore
    let bus: EmbeddedBus
    let registry: EmbeddedRegistry
    let engines: StoryEngines

    private init(_ directory: TemporaryDirectory) throws {
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let (store, bus) = (try SQLiteStore(database, events: .log(groups: ConsumerConfiguration.mailing)), try EmbeddedBus(database))
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        (self.store, self.bus, self.registry) = (store, bus, registry)
        engines = StoryEngines(store: store, bus: { bus }, registry: { registry }, mailAttempts: 12)
    }

    static func with(_ body: (StoryUnderTest) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let test = try StoryUnderTest(directory)
        do {
            try await body(test)
        } catch {
            await test.close()
            throw error
        }
        await test.close()
    }

    private func close() async {
        await registry.close()
        await bus.close()
        await store.close()
    }

    func create(
        _ email: String, id: String = UUIDv7.next(), origin: UserOrigin = UserOrigin(requestID: "request-1"), audit: AuditEntry? = nil,
        trace: String? = nil
    ) async throws -> User {
        let now = await nextMillisecond()
        let user = User(id: id, name: "", company: "", email: EmailAddress(trusted: email), createdAt: now)
        let event = await Trace.with(trace) { created(user, requestID: origin.requestID) }
        var new = NewUser(
            user: user, passwordHash: nil, event: event, idempotency: nil, onConflict: .refuse, requestID: origin.requestID,
            createdBy: origin.createdBy, audit: audit)
        new.origin = origin.stored
        _ = try await store.insert([new])
        return user
    }

    private func created(_ user: User, requestID: String) -> OutgoingEvent {
        EventEncoding.json.userCreated(user, eventID: UUIDv7.next(), source: "/test", requestID: requestID, welcome: true)
    }

    /// Steps of one millisecond have no order of time, so each begins in another.
    private func nextMillisecond() async -> Timestamp {
        let last = Timestamp.now
        while Timestamp.now <= last { await Task.yield() }
        return .now
    }

    private func event(_ kind: UserEvent, _ user: User, at time: Timestamp, requestID: String) -> OutgoingEvent {
        EventEncoding.json.event(kind, of: user, at: time, eventID: UUIDv7.next(), source: "/test", requestID: requestID)
    }

    func entry(
        _ action: AuditAction, _ userID: String, at time: Timestamp = .now, outcome: AuditOutcome = .ok, requestID: String = "request-2",
        detail: String = ""
    ) -> AuditEntry {
        AuditEntry(
            id: UUIDv7.next(at: time), at: time, actor: "owner", address: "192.0.2.7", action: action.rawValue, target: "user:\(userID)",
            outcome: outcome.rawValue, requestID: requestID, detail: detail)
    }

    func change(_ user: User, _ action: AuditAction, _ kind: UserEvent?, _ body: (inout Account) -> Void) async throws {
        var account = try await store.account(id: user.id)!
        body(&account)
        let now = await nextMillisecond()
        let events = kind.map { [event($0, account.user, at: now, requestID: "request-2")] } ?? []
        _ = try await store.update(AccountUpdate(account: account, events: events, audit: entry(action, user.id, at: now)))
    }

    func delete(_ user: User) async throws {
        let now = await nextMillisecond()
        _ = try await store.deleteUser(
            id: user.id, ifRevision: nil, ifValid: nil, event: event(.deleted, user, at: now, requestID: "request-3"),
            audit: entry(.deleteUser, user.id, at: now))
    }

    /// The mail that a notificator makes of an event, sent, given up, or still waiting.
    @discardableResult
    func mail(
        _ user: User, of eventID: String, _ outcomes: [MailOutcome], requestID: String = "request-1", tellsUser: Bool = true
    ) async throws -> Mail {
        let now = await nextMillisecond()
        let mail = Mail(
            id: UUIDv7.next(), to: user.email, template: .welcome, nextAttemptAt: now, eventID: eventID, requestID: requestID, createdAt: now,
            userID: tellsUser ? user.id : nil)
        _ = try await store.enqueue([mail])
        for outcome in outcomes {
            _ = try await eventually("it is due") {
                let claimed = try await store.claimMails(limit: 1, owner: "a", lease: .seconds(30), domainLimits: [:], defaultDomainLimit: 10)
                guard let lease = claimed.first?.lease else { return false }
                let now = await nextMillisecond()
                let facts = AttemptFacts(server: "mx.example.com:25", startedAt: now, endedAt: now)
                _ = try await store.settle([FinishedAttempt(lease: lease, outcome: outcome, facts: facts)])
                return true
            }
        }
        return mail
    }

    func events() async throws -> [Event] {
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: .all)
        return try await reader.next(limit: 10_000, wait: .zero).compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    /// The story of whatever this names.
    func story(_ name: String, since: Timestamp? = nil) async throws -> Story {
        let subject = try await StoryFinder(engines, mailDomain: "localhost").find(name, since: since)
        return try await StoryReader(engines).read(subject)
    }
}
