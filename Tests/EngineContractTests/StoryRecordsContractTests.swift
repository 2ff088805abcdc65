import ShippyCore
import TestSupport
import Testing

/// What a story needs besides, on every store.
@Suite struct StoryRecordsContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func theOriginOfAUserIsKept(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var new = Samples.newUser("ada@example.com")
            let origin = UserOrigin(
                way: .http, address: "192.0.2.7", hashing: .milliseconds(79), createdBy: "token:1", requestID: new.requestID)
            (new.origin, new.createdBy) = (origin.stored, origin.createdBy)
            _ = try await store.insert(new)
            _ = try await store.insert([Samples.newUser("bob@example.com")])
            #expect(try await store.origin(ofUser: new.user.id) == origin)
            let bob = try #require(try await store.account(email: "bob@example.com"))
            #expect(try await store.origin(ofUser: bob.user.id) == UserOrigin(requestID: "request-1"))
            #expect(try await store.origin(ofUser: UUIDv7.next()) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func theMailsOfEventsAreFound(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mails = (0..<3).map { Samples.mail("u\($0)@example.com") }
            _ = try await store.enqueue(mails)
            let ids = mails.map { $0.eventID! }
            #expect(try await store.mails(ofEvents: [ids[2], ids[0], "nobody's"]).map(\.id) == [mails[0].id, mails[2].id])
            #expect(try await store.mails(ofEvents: []).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func theTraceOfAMailIsKept(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var (traced, other) = (Samples.mail("ada@example.com"), Samples.mail("bob@example.com"))
            traced.trace = Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            other.trace = nil
            _ = try await store.enqueue([traced, other])
            #expect(try await store.mail(id: traced.id)?.trace == traced.trace)
            #expect(try #require(try await store.mail(id: other.id)).trace == nil)
        }
    }

    /// The outbox keeps an event's headers, and so its trace.
    @Test(arguments: StoreUnderTest.allCases)
    func theTraceOfACreationIsInItsEvent(engine: StoreUnderTest) async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        try await engine.with { store in
            _ = try await Trace.with(trace) { try await store.insert([Samples.newUser("ada@example.com")]) }
            _ = try await store.insert([Samples.newUser("bob@example.com")])
            #expect(try await store.causedEvents().map { $0.headers[HeaderName.trace] } == [trace, nil])
        }
    }
}
